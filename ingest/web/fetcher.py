"""The one way to the web: every address checked, every answer bounded, one request at a time to
each host and a pause between two, and the wishes of sites heeded (robots.txt after RFC 9309).
"""

from __future__ import annotations

import math
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import httpcore

from ingest.errors import FetchError
from ingest.text import decode
from ingest.web import addresses, response
from ingest.web.addresses import IP, Resolver, resolve, system_resolver
from ingest.web.response import Fetched

if TYPE_CHECKING:
    from protego import Protego

LONGEST_PAUSE = 60.0  # seconds; a robots.txt that asks for more would stop the whole run
Connect = Callable[[str, int, float], httpcore.NetworkStream]  # address, port, seconds
connect: Connect = httpcore.SyncBackend().connect_tcp
_TRIED = 4  # addresses of a name


class Pinned(httpcore.NetworkBackend):
    """Connects to `ips` whatever host it is asked for; names are never looked up again. Its own
    deadline counts, not the timeouts that it is handed."""

    def __init__(self, ips: Sequence[IP], left: Callable[[], float], connector: Connect) -> None:
        """`left`: seconds until the deadline."""
        self._ips = ips[:_TRIED]
        self._left = left
        self._connect = connector

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:
        for position, ip in enumerate(self._ips, start=1):
            share = _positive(self._left()) / (len(self._ips) - position + 1)
            try:
                return _Timed(self._connect(str(ip), port, share), self._left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if position == len(self._ips):
                    raise
        raise httpcore.ConnectError("no address")


class _Timed(httpcore.NetworkStream):
    """A stream on which all reads and writes together end at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _positive(self._left()))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _positive(self._left()))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, *_: Any, **__: Any
    ) -> httpcore.NetworkStream:
        left = _positive(self._left())
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _positive(seconds: float) -> float:
    """Raises ReadTimeout when no time is left: a timeout of 0 would mean another thing."""
    if seconds <= 0:
        raise httpcore.ReadTimeout("the deadline has passed")
    return seconds


REDIRECTS = 5
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"


@dataclass(kw_only=True, eq=False)
class Fetcher:
    """Fetches addresses of http and https, at most 10 MB in `deadline` seconds each.

    A host's name is looked up once and what it stands for is checked; the connection goes to what
    was checked. So it is at each redirect. No proxies, no cookies, no keeping of connections. For
    one thread only: so there is one request at a time.
    """

    allow_private: bool = False
    delay: float = 1.0  # seconds from the end of a request to the start of the next to that host
    user_agent: str = "Dateline"
    deadline: float = 30.0  # seconds; pauses do not count
    resolver: Resolver = system_resolver
    connector: Connect = connect  # opens connections to addresses that were checked
    tls: ssl.SSLContext | None = None  # instead of one that trusts the system's and certifi's
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _delays: dict[str, float] = field(default_factory=dict, init=False)  # that hosts asked for
    _ended: dict[str, float] = field(default_factory=dict, init=False)  # the last request to each

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        check: Callable[[str], None] | None = None,
        any_kind: bool = False,
    ) -> Fetched:
        """What is at `url`, through at most five redirects.

        Args:
            etag, modified: of the copy that is there already; the answer may then be a 304.
            check: called with every address before it is asked for; raises FetchError to stop it.
            any_kind: take every content type.

        Raises:
            FetchError: it cannot be read, or may not.
        """
        headers = {
            "User-Agent": self.user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            "If-None-Match": etag,
            "If-Modified-Since": modified,
        }
        address, until = addresses.parse(url), self.clock() + self.deadline
        for _ in range(REDIRECTS + 1):
            host, found = address.host, self._resolve(address, until - self.clock())
            paused = self.clock()
            if check:
                check(str(address))
            due = self._ended.get(host, -math.inf) + self._delays.get(host, self.delay)
            if (wait := due - self.clock()) > 0:
                self.sleep(wait)
            until += self.clock() - paused
            try:
                got = self._ask(address, found, headers, until, any_kind=any_kind)
            finally:
                self._ended[host] = self.clock()
            if isinstance(got, Fetched):
                return got
            address = addresses.parse(got, str(address))
        raise FetchError(f"it redirects more than {REDIRECTS} times")

    def slow(self, host: str, seconds: float) -> None:
        """Keep at least `seconds` (at most 60) between two requests to `host` from now on."""
        longest = self._delays.get(host, self.delay)
        self._delays[host] = max(longest, min(seconds, LONGEST_PAUSE))

    def _resolve(self, address: addresses.Url, seconds: float) -> list[IP]:
        """In a thread, since looking a name up knows no deadline."""
        found: futures.Future[list[IP]] = futures.Future()

        def look_up() -> None:
            host, port, private = address.host, address.port, self.allow_private
            try:
                found.set_result(resolve(host, port, self.resolver, allow_private=private))
            except Exception as error:  # raised again where it belongs
                found.set_exception(error)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            return found.result(timeout=max(seconds, 0))
        except futures.TimeoutError:
            raise self._too_slow() from None

    def _ask(
        self,
        address: addresses.Url,
        found: list[IP],
        headers: Mapping[str, str | None],
        until: float,
        *,
        any_kind: bool,
    ) -> Fetched | str:
        """The answer to one request, or the address that it points to."""
        pinned = Pinned(found, lambda: until - self.clock(), self.connector)
        if address.scheme == "https" and self.tls is None:
            self.tls = httpcore.default_ssl_context()
        url = httpcore.URL(**asdict(address))
        sent = [
            (name.encode(), value.encode("utf-8", "replace"))
            for name, value in (*headers.items(), ("Host", address.netloc))
            if value
        ]
        known = bool(headers["If-None-Match"] or headers["If-Modified-Since"])
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self.tls, network_backend=pinned) as pool,
                pool.stream("GET", url, headers=sent) as stream,
            ):
                return response.read(stream, address, known=known, any_kind=any_kind)
        except httpcore.TimeoutException as error:
            raise self._too_slow() from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise response.failure(error) from error

    def _too_slow(self) -> FetchError:
        return FetchError(f"it took longer than {self.deadline:g} s")


PRODUCT = "Dateline"  # the name by which a robots.txt may address us
_READ = 512 * 1024  # bytes of a robots.txt; the rest does not count
_KEPT = 24 * 60 * 60.0  # seconds


class Robots:
    """The robots.txt of the sites that were asked for, each read once in a day."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._known: dict[str, tuple[float, Protego | None]] = {}

    def check(self, url: str) -> None:
        """Returns when `url` may be read, and slows down where the site asks for it.

        Raises:
            FetchError: it may not be read, or it is not known whether it may.
        """
        address = addresses.parse(url)
        read, rules = self._known.get(address.origin, (None, None))
        if read is None or self._fetcher.clock() - read > _KEPT:
            from protego import Protego

            try:
                fetched = self._fetcher.fetch(f"{address.origin}/robots.txt", any_kind=True)
            except FetchError as error:
                # A site without a robots.txt has no rules; where none can be had, who knows?
                refused = error.status is not None and error.status // 100 == 4  # noqa: PLR2004
                rules = Protego.parse("") if refused else None
            else:
                rules = Protego.parse(decode(fetched.body[:_READ], binary=True))
                self._fetcher.slow(address.host, rules.crawl_delay(PRODUCT) or 0.0)
            self._known[address.origin] = (self._fetcher.clock(), rules)
        if rules is None:
            raise FetchError("its robots.txt cannot be read, so it is left alone")
        if not rules.can_fetch(str(address), PRODUCT):
            raise FetchError(f"its robots.txt does not allow {PRODUCT} to read it")

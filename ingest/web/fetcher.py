"""The one way to the web: every address checked, every answer bounded, one request at a time to
each host, and a pause between two.
"""

from __future__ import annotations

import queue
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.errors import FetchError
from ingest.web import addresses, response
from ingest.web.addresses import IP, Resolver, resolve, system_resolver
from ingest.web.response import Fetched

if TYPE_CHECKING:
    from ingest.web.network import Connect

LONGEST_PAUSE = 60.0  # seconds; a robots.txt that asks for more would stop the whole run


@dataclass
class _Lane:
    delay: float
    free: float = 0.0  # when the next request may start
    lock: threading.Lock = field(default_factory=threading.Lock)


class Pace:
    """Turns at hosts. Safe for several threads."""

    def __init__(
        self,
        delay: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`delay`: seconds from the end of a request to the start of the next to that host."""
        self._delay = delay
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    def slow(self, host: str, seconds: float) -> None:
        """Keep at least `seconds` (at most 60) between two requests to `host` from now on."""
        lane = self._lane(host)
        longer = min(seconds, LONGEST_PAUSE) - lane.delay
        if longer > 0:
            lane.delay += longer
            lane.free += longer  # the pause that has begun counts, too

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Waits for this host's turn; the request is made within."""
        lane = self._lane(host)
        with lane.lock:
            wait = lane.free - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                lane.free = self._clock() + lane.delay

    def _lane(self, host: str) -> _Lane:
        with self._lock:
            return self._lanes.setdefault(host, _Lane(self._delay, self._clock()))


REDIRECTS = 5
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"


class Fetcher:
    """Fetches addresses of http and https, at most 10 MB in `deadline` seconds each.

    A host's name is looked up once and what it stands for is checked; the connection goes to what
    was checked. So it is at each redirect. No proxies, no cookies, no keeping of connections.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        delay: float = 1.0,
        user_agent: str = "Dateline",
        deadline: float = 30.0,
        resolver: Resolver = system_resolver,
        connector: Connect | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`delay` and `deadline` are seconds; pauses do not count to the deadline.

        Args:
            connector: opens connections to addresses that were checked.
            tls: instead of one that trusts the authorities of the system and of certifi.
        """
        self.pace = Pace(delay, clock, sleep)
        self._allow_private = allow_private
        self._agent = user_agent
        self._deadline = deadline
        self._resolver = resolver
        self._connector = connector
        self._given_tls = tls
        self._clock = clock

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        accept: str = ACCEPT,
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
            "User-Agent": self._agent,
            "Accept": accept,
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        left = self._deadline
        for _ in range(REDIRECTS + 1):
            address = addresses.parse(url)
            begun = self._clock()
            found = self._resolve(address, left)
            left -= self._clock() - begun
            if check:
                check(str(address))
            with self.pace.turn(address.host):
                begun = self._clock()
                got = self._ask(address, found, headers, begun + left, any_kind=any_kind)
                left -= self._clock() - begun
            if isinstance(got, Fetched):
                return got
            url = addresses.join(str(address), got)
        raise FetchError(f"it redirects more than {REDIRECTS} times")

    def _resolve(self, address: addresses.Url, seconds: float) -> list[IP]:
        """In a thread, since looking a name up knows no deadline."""
        found: queue.SimpleQueue[list[IP] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            host, port, private = address.host, address.port, self._allow_private
            try:
                found.put(resolve(host, port, self._resolver, allow_private=private))
            except Exception as error:  # raised again where it belongs
                found.put(error)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            result = found.get(timeout=max(seconds, 0))
        except queue.Empty:
            raise self._too_slow() from None
        if isinstance(result, Exception):
            raise result
        return result

    def _ask(
        self,
        address: addresses.Url,
        found: list[IP],
        headers: dict[str, str],
        until: float,
        *,
        any_kind: bool,
    ) -> Fetched | str:
        """The answer to one request, or the address that it points to."""
        import httpcore

        from ingest.web import network

        pinned = network.Pinned(
            [str(ip) for ip in found],
            lambda: until - self._clock(),
            self._connector or network.connect,
        )
        tls = self._tls if address.scheme == "https" else None
        url = httpcore.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target.encode(),
        )
        sent = [
            (name.encode(), value.encode("utf-8", "replace"))
            for name, value in (*headers.items(), ("Host", address.netloc))
        ]
        known = "If-None-Match" in headers or "If-Modified-Since" in headers
        try:
            with (
                httpcore.ConnectionPool(ssl_context=tls, network_backend=pinned) as pool,
                pool.stream("GET", url, headers=sent) as stream,
            ):
                return response.read(stream, address, known=known, any_kind=any_kind)
        except httpcore.TimeoutException as error:
            raise self._too_slow() from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise response.failure(error) from error

    def _too_slow(self) -> FetchError:
        return FetchError(f"it took longer than {self._deadline:g} s")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        import httpcore

        return self._given_tls or httpcore.default_ssl_context()

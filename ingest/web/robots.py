"""The wishes of sites: robots.txt after RFC 9309."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.errors import FetchError
from ingest.text import decode
from ingest.web import addresses
from ingest.web.fetcher import Fetcher

if TYPE_CHECKING:
    from protego import Protego

PRODUCT = "Dateline"  # the name by which a robots.txt may address us
_READ = 512 * 1024  # bytes of a robots.txt; the rest does not count
_KEPT = 24 * 60 * 60.0  # seconds


class Robots:
    """The robots.txt of the sites that were asked for, each read once in a day."""

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._known: dict[str, tuple[float, Protego | None]] = {}

    def check(self, url: str) -> None:
        """Returns when `url` may be read, and slows down where the site asks for it.

        Raises:
            FetchError: it may not be read, or it is not known whether it may.
        """
        address = addresses.parse(url)
        read, rules = self._known.get(address.origin, (None, None))
        if read is None or self._clock() - read > _KEPT:
            from protego import Protego

            try:
                fetched = self._fetcher.fetch(
                    f"{address.origin}/robots.txt", accept="text/plain,*/*;q=0.5", any_kind=True
                )
            except FetchError as error:
                # A site without a robots.txt has no rules; where none can be had, who knows?
                refused = error.status is not None and error.status // 100 == 4  # noqa: PLR2004
                rules = Protego.parse("") if refused else None
            else:
                rules = Protego.parse(decode(fetched.body[:_READ], binary=True))
                self._fetcher.pace.slow(address.host, rules.crawl_delay(PRODUCT) or 0.0)
            self._known[address.origin] = (self._clock(), rules)
        if rules is None:
            raise FetchError("its robots.txt cannot be read, so it is left alone")
        if not rules.can_fetch(str(address), PRODUCT):
            raise FetchError(f"its robots.txt does not allow {PRODUCT} to read it")

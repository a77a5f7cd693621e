"""Connections to addresses that were checked, and to no others, until a deadline."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

Connect = Callable[[str, int, float], httpcore.NetworkStream]  # address, port, seconds
_TRIED = 4  # addresses of a name


def connect(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
    """A TCP connection to a literal address.

    Raises:
        httpcore.ConnectError, httpcore.ConnectTimeout: there is none.
    """
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=seconds)


class Pinned(httpcore.NetworkBackend):
    """Connects to `addresses` whatever host it is asked for; names are never looked up again."""

    def __init__(
        self, addresses: Sequence[str], left: Callable[[], float], connector: Connect
    ) -> None:
        """`left`: seconds until the deadline."""
        self._addresses = addresses[:_TRIED]
        self._left = left
        self._connect = connector

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        for position, address in enumerate(self._addresses, start=1):
            share = _positive(self._left()) / (len(self._addresses) - position + 1)
            try:
                return _Timed(self._connect(address, port, share), self._left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if position == len(self._addresses):
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
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
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

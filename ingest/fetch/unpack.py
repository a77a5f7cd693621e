"""Compressed bodies, unpacked piece by piece: a bomb never goes off."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from ingest.errors import FetchError

BODY_BYTES = 10 * 1024 * 1024  # of one body, unpacked
TOO_LARGE = "it is larger than 10 MB"
_DAMAGED = "its compressed data are damaged"
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's numbers for the three formats


def unpacked(chunks: Iterable[bytes], encoding: str) -> bytes:
    """All of a body, at most 10 MB of it packed and as much unpacked.

    Args:
        encoding: the Content-Encoding; gzip, deflate, identity or "".

    Raises:
        FetchError: more than that, damaged, or another encoding.
    """
    if encoding in ("", "identity"):
        return _joined(chunks)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(f"it sends the encoding {encoding[:40]}, which was not asked for")
    return _joined(_inflated(_limited(chunks), deflate=encoding == "deflate"))


def gunzip(data: bytes) -> bytes:
    """A file of one or more gzip members.

    Raises:
        FetchError: more than 10 MB, or damaged.
    """
    return _joined(_inflated([data], deflate=False))


def _joined(chunks: Iterable[bytes]) -> bytes:
    return b"".join(_limited(chunks))


def _limited(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > BODY_BYTES:
            raise FetchError(TOO_LARGE)
        yield chunk


def _inflated(chunks: Iterable[bytes], *, deflate: bool) -> Iterator[bytes]:
    """Pieces of at most 1 MB."""
    box, begun = None, False
    for chunk in chunks:
        data = chunk
        while data:
            if box is None:
                if begun and not data.startswith(b"\x1f\x8b"):
                    return  # padding behind the last member
                box, begun = zlib.decompressobj(_format(data, deflate=deflate)), True
            try:
                yield box.decompress(data, 1024 * 1024)
            except zlib.error as error:
                raise FetchError(_DAMAGED) from error
            data = box.unused_data if box.eof else box.unconsumed_tail
            box = None if box.eof else box
    if box is not None:
        yield from _rest(box)


def _rest(box: zlib._Decompress) -> Iterator[bytes]:
    """What zlib still holds back when all of the input is in."""
    while piece := box.decompress(b"", 1024 * 1024):
        yield piece
    if not box.eof:
        raise FetchError(_DAMAGED)


def _format(data: bytes, *, deflate: bool) -> int:
    """By "deflate" servers mean zlib's format or the bare one: the first byte tells."""
    if not deflate:
        return _GZIP
    return _ZLIB if data[0] & 0x0F == zlib.DEFLATED else _RAW

"""Passwords and tokens as they are kept: never in plain text."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass

LONGEST = 1024  # characters of a password
_N, _R, _P = 2**15, 8, 1  # 32 MB and some 80 ms
_MOST_MEMORY = 128 * 2**20
_SCRYPT = re.compile(r"scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w+/=-]+)\$([\w+/=-]+)")
_TOKEN = re.compile(r"sha256\$([0-9a-f]{64})")


@dataclass(frozen=True)
class PasswordHash:
    """A password that was hashed with scrypt, and how."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> PasswordHash:
        salt = secrets.token_bytes(16)
        return cls(_N, _R, _P, salt, _scrypt(password, (_N, _R, _P), salt, 32))

    @classmethod
    def parse(cls, text: str) -> PasswordHash:
        """Raises:
        ValueError: it is no hash, or one that would cost too much to compare.
        """
        match = _SCRYPT.fullmatch(text)
        if match is None:
            raise ValueError("no scrypt hash")
        n, r, p = (int(match[i]) for i in (1, 2, 3))
        if n < 2 or n & (n - 1) or r < 1 or not 1 <= p <= 4 or 128 * n * r > _MOST_MEMORY:  # noqa: PLR2004
            raise ValueError("costs that cannot be used")
        return cls(n, r, p, _decoded(match[4]), _decoded(match[5]))

    def fits(self, password: str) -> bool:
        given = _scrypt(password, (self.n, self.r, self.p), self.salt, len(self.digest))
        return hmac.compare_digest(given, self.digest)

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"scrypt${self.n}${self.r}${self.p}${salt}${digest}"


@dataclass(frozen=True)
class TokenHash:
    """A token is 256 random bits: a plain hash cannot be guessed back."""

    digest: str

    @classmethod
    def of(cls, token: str) -> TokenHash:
        return cls(hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest())

    @classmethod
    def parse(cls, text: str) -> TokenHash:
        """Raises:
        ValueError: it is no hash.
        """
        match = _TOKEN.fullmatch(text)
        if match is None:
            raise ValueError("no sha256 hash")
        return cls(match[1])

    def __str__(self) -> str:
        return f"sha256${self.digest}"


def new_token() -> str:
    """A token that nobody has."""
    return f"dl-{secrets.token_urlsafe(32)}"


def _scrypt(password: str, costs: tuple[int, int, int], salt: bytes, length: int) -> bytes:
    text = unicodedata.normalize("NFC", password[:LONGEST])
    secret = text.encode("utf-8", "surrogatepass")
    (n, r, p), memory = costs, 2 * _MOST_MEMORY
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=length)


def _decoded(text: str) -> bytes:
    decoded = base64.b64decode(text, validate=True)
    if not 8 <= len(decoded) <= 64:  # noqa: PLR2004
        raise ValueError("a salt or a hash of no usual length")
    return decoded

"""The errors that are shown to users: what is wrong, with which input, what to do."""

from __future__ import annotations


class DatelineError(Exception):
    """An error for people. Its text is one plain sentence (or two) and is printed as it is."""


class UnreadableError(DatelineError):
    """A source that could not be read; its text is the reason, without the source's name."""


class FetchError(UnreadableError):
    """A web address that could not be read. `status`: the HTTP status where that is the reason."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class ArchiveError(DatelineError):
    """An archive that cannot be opened or used."""


class ArchiveInUseError(ArchiveError):
    """Another process owns the archive."""


class NoArticleError(ArchiveError):
    """There is no article of that id, or several have an id that starts so."""


class DamagedError(ArchiveError):
    """The catalog, of which everything else is made, cannot be read."""


class EmbedderError(DatelineError):
    """The embedder cannot be loaded, failed, or is not the one the archive was made with."""


class SettingError(DatelineError):
    """A setting or an argument has a value that cannot be used."""


class ModelError(DatelineError):
    """The chat model's service failed before it gave any text."""

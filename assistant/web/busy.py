"""What is said when there is no room."""

from __future__ import annotations

from ingest.errors import DatelineError

BUSY = "Many people are asking at the moment. Ask again in a few seconds."


class BusyError(DatelineError):
    """There is no room at the moment. `retry_after`: seconds."""

    def __init__(self, message: str = BUSY, retry_after: float = 3.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after

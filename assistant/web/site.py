"""What the handlers of the server share."""

from __future__ import annotations

from assistant.answer import Assistant
from assistant.commands import Service
from assistant.kept.conversations import Conversations
from assistant.kept.feedback import FeedbackBook
from assistant.web.gate import Gate


class Site:
    """One archive's service on the web, and what its users keep."""

    def __init__(self, assistant: Assistant, gate: Gate | None = None) -> None:
        catalog = assistant.archive.catalog
        self.service, self.gate = Service(assistant.archive, assistant), gate or Gate()
        self.feedback, self.conversations = FeedbackBook(catalog), Conversations(catalog)

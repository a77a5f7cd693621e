"""What the handlers of the server share."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Assistant
from assistant.commands import Service
from assistant.kept.conversations import Conversations
from assistant.kept.feedback import FeedbackBook
from assistant.web.gate import Gate


@dataclass(frozen=True)
class Site:
    """One archive's service on the web."""

    service: Service
    gate: Gate
    feedback: FeedbackBook
    conversations: Conversations

    @classmethod
    def of(cls, assistant: Assistant, gate: Gate | None = None) -> Site:
        catalog = assistant.archive.catalog
        kept = FeedbackBook(catalog), Conversations(catalog)
        return cls(Service(assistant.archive, assistant), gate or Gate(), *kept)

"""Assistant: questions to a news archive, answered in its own words.

>>> from assistant import Assistant
>>> with Assistant.open("my-archive") as assistant:  # doctest: +SKIP
...     print(assistant.ask("Which port did the flotilla leave?").text)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from assistant.results import REFUSAL, Answer, Citation, Found, Passage

__all__ = ["REFUSAL", "Answer", "Assistant", "Citation", "Found", "Passage"]

_HOMES = dict.fromkeys(__all__, "assistant.results") | {"Assistant": "assistant.answer"}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `import assistant` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)

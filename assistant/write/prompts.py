"""The prompts of `prompts/`, loaded and checked for their variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from ingest.errors import SettingError

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

VARIABLES: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"refusal", "passages", "question"}),
    "timeline": frozenset({"refusal", "passages", "question"}),
    "summary": frozenset({"refusal", "passages", "question"}),
    "notes": frozenset({"passages", "question"}),
    "plan": frozenset({"today", "history", "question"}),
    "research": frozenset({"steps", "passages", "question"}),
    "standalone": frozenset({"history", "question"}),
}


def check_prompts() -> None:
    """Check every prompt; called once at start-up.

    Raises:
        SettingError: a prompt is missing, or its variables are not those that the code fills.
    """
    for name in VARIABLES:
        load_prompt(name)


@lru_cache(maxsize=8)
def load_prompt(name: str) -> ChatPromptTemplate:
    """The LangChain prompt of `prompts/<name>.md`, whose "# System" and "# User" are messages.

    Raises:
        SettingError: it is missing, or its variables are not those that the code fills.
    """
    try:
        text = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    except (OSError, ModuleNotFoundError) as error:
        raise SettingError(f"The prompt prompts/{name}.md is missing.") from error
    return parse_prompt(name, text)


def parse_prompt(name: str, text: str) -> ChatPromptTemplate:
    """The prompt written in `text`; see `load_prompt`."""
    from langchain_core.prompts import ChatPromptTemplate

    parts = re.split(r"^# (System|User)\s*$", text, flags=re.MULTILINE)
    roles = {"System": "system", "User": "human"}
    messages = [(roles[r], body.strip()) for r, body in zip(parts[1::2], parts[2::2], strict=True)]
    try:
        prompt = ChatPromptTemplate.from_messages(messages)
    except ValueError as error:
        raise SettingError(f"prompts/{name}.md cannot be used: {error}.") from error
    found, wanted = frozenset(prompt.input_variables), VARIABLES[name]
    if found != wanted:
        missing = ", ".join(sorted(wanted - found)) or "none"
        unknown = ", ".join(sorted(found - wanted)) or "none"
        raise SettingError(
            f"prompts/{name}.md has the wrong variables: missing {missing}; unknown {unknown}."
        )
    return prompt

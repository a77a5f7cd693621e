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


@lru_cache
def load_prompt(name: str) -> ChatPromptTemplate:
    """The LangChain prompt of `prompts/<name>.md`, whose "# System" and "# User" are messages.

    Raises:
        SettingError: it is missing, or its variables are not those that the code fills.
    """
    from langchain_core.prompts import ChatPromptTemplate

    try:
        text = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
        _, *parts = re.split(r"^# (System|User)\s*$", text, flags=re.MULTILINE)
        messages = zip(map(str.lower, parts[::2]), map(str.strip, parts[1::2]), strict=True)
        prompt = ChatPromptTemplate.from_messages([*messages])
    except (OSError, ModuleNotFoundError, ValueError) as error:
        raise SettingError(f"prompts/{name}.md cannot be used: {error}.") from error
    if set(prompt.input_variables) != VARIABLES[name]:
        has, needs = (", ".join(sorted(v)) for v in (prompt.input_variables, VARIABLES[name]))
        raise SettingError(f"prompts/{name}.md must have the variables {needs}; it has {has}.")
    return prompt

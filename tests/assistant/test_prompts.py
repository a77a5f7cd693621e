from __future__ import annotations

from importlib import resources

import pytest

from assistant.results import REFUSAL
from assistant.write.prompts import VARIABLES, check_prompts, load_prompt, parse_prompt
from ingest.errors import SettingError


def test_every_prompt_that_ships_is_usable() -> None:
    check_prompts()
    names = {file.name for file in resources.files("prompts").iterdir()}
    assert {f"{name}.md" for name in VARIABLES} == {n for n in names if n.endswith(".md")}


def test_the_refusal_is_put_in_from_the_one_constant() -> None:
    prompt = load_prompt("answer")
    filled = prompt.format_messages(refusal=REFUSAL, passages="{odd} text", question="Why?")
    assert REFUSAL in str(filled[0].content)
    assert "{odd} text" in str(filled[1].content)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("# System\nNo variables\n# User\n{question}", "missing history"),
        ("# System\n{history} {question}\n# User\n{extra}", "unknown extra"),
    ],
)
def test_wrong_variables_are_named(text: str, named: str) -> None:
    with pytest.raises(SettingError, match=named):
        parse_prompt("standalone", text)


def test_broken_braces_are_said_plainly() -> None:
    with pytest.raises(SettingError, match=r"standalone\.md"):
        parse_prompt("standalone", "# System\n{history\n# User\n{question}")

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from assistant.results import REFUSAL
from assistant.write.prompts import VARIABLES, check_prompts, load_prompt
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
    ("text", "said"),
    [
        ("# System\nNo variables\n# User\n{question}", "history, question; it has question"),
        ("# System\n{history} {question}\n# User\n{extra}", "it has extra, history, question"),
        ("# System\n{history\n# User\n{question}", r"standalone\.md cannot be used"),
        (None, r"standalone\.md cannot be used"),
    ],
)
def test_a_prompt_that_cannot_be_used_is_named(
    text: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is not None:
        (tmp_path / "standalone.md").write_text(text)
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    with pytest.raises(SettingError, match=said):
        load_prompt.__wrapped__("standalone")

"""Conversations are kept for their users, and for them only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.answer import Assistant
from assistant.kept.conversations import KEPT, Conversation, Conversations, Given, Turn
from assistant.kept.told import Told
from ingest.archive.archive import Archive
from ingest.archive.catalog import Catalog
from ingest.errors import SettingError

ASKED = Conversation(turns=(Turn("Which port?", Given(as_of="2023-07-20")),))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    yield Conversations(catalog)
    catalog.close()


def test_a_conversation_comes_back_as_it_was_kept(
    kept: Conversations, sample_archive: Archive
) -> None:
    question = "Which port did the Chinese flotilla leave?"
    told = Told.of(Assistant(sample_archive).ask(question))
    given = Given("2023-01-01", None, "2024-01-01", ("The Meridian Post",), ("kind",))
    now = Conversation(turns=(Turn(question, given, told, suggestions=("How many ships?",)),))
    saved = kept.keep("jo", now)
    assert saved.id and saved.title == question
    assert kept.get("jo", saved.id) == saved
    assert saved.turns[0].told is not None and saved.turns[0].told.citations


def test_the_history_is_what_was_asked_and_told(sample_archive: Archive) -> None:
    told = Told.of(Assistant(sample_archive).ask("Which port did the Chinese flotilla leave?"))
    now = Conversation(turns=(Turn("One?", told=told), Turn("Two?", error="No."), Turn("Three?")))
    assert now.history() == [
        ("user", "One?"), ("assistant", told.text), ("user", "Two?"), ("user", "Three?"),
    ]  # fmt: skip


def test_nobody_reaches_the_conversation_of_another(kept: Conversations) -> None:
    mine = kept.keep("jo", ASKED)
    assert kept.get("mo", mine.id) is None
    assert kept.listed("mo") == []
    assert not kept.rename("mo", mine.id, "Stolen")
    assert not kept.delete("mo", mine.id)
    with pytest.raises(SettingError):
        kept.keep("mo", replace(mine, turns=(Turn("Mine now?"),)))
    assert kept.get("jo", mine.id) == mine


def test_asking_again_takes_the_place_of_the_last_turn(kept: Conversations) -> None:
    now = kept.keep("jo", ASKED)
    now = kept.keep("jo", replace(now, turns=(*now.turns, Turn("Two?"))))
    now = kept.keep("jo", now.without_last())
    assert [turn.question for turn in _turns(kept, now)] == ["Which port?"]
    now = kept.keep("jo", now.with_last(Turn("Edited?")))
    assert [turn.question for turn in _turns(kept, now)] == ["Edited?"]


def test_the_last_changed_stands_first_and_words_find_titles_and_questions(
    kept: Conversations,
) -> None:
    first = kept.keep("jo", ASKED)
    second = kept.keep("jo", Conversation(turns=(Turn("Who won?"),)))
    assert [entry.id for entry in kept.listed("jo")] == [second.id, first.id]
    kept.keep("jo", replace(first, turns=(*first.turns, Turn("And the Helicopters?"))))
    assert [entry.id for entry in kept.listed("jo")] == [first.id, second.id]
    assert [entry.id for entry in kept.listed("jo", "helicopters PORT")] == [first.id]
    assert kept.listed("jo", "100%_") == []


def test_rename_and_delete(kept: Conversations) -> None:
    now = kept.keep("jo", ASKED)
    assert kept.rename("jo", now.id, "  The   flotilla ")
    assert kept.listed("jo")[0].title == "The flotilla"
    with pytest.raises(SettingError):
        kept.rename("jo", now.id, " \n ")
    assert kept.delete("jo", now.id)
    assert not kept.delete("jo", now.id)
    assert kept.get("jo", now.id) is None


def test_a_long_question_gives_a_short_title(kept: Conversations) -> None:
    now = kept.keep("jo", Conversation(turns=(Turn("Why\n" + "so long " * 60),)))
    assert len(now.title) <= 80 and now.title.endswith("…") and "\n" not in now.title


def test_there_is_an_end_to_a_conversation(kept: Conversations) -> None:
    with pytest.raises(SettingError, match="new one"):
        kept.keep("jo", Conversation(turns=(Turn("Q"),) * (KEPT + 1)))


class Shelf(RuleBasedStateMachine):
    """Whatever is done, the store tells what a plain dictionary would."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.catalog = Catalog(Path(self.folder.name) / "catalog.sqlite3")
        self.kept = Conversations(self.catalog)
        self.model: dict[tuple[str, str], Conversation] = {}

    def teardown(self) -> None:
        self.catalog.close()
        self.folder.cleanup()

    @rule(user=st.sampled_from(["", "jo"]), question=st.text(max_size=20))
    def begin(self, user: str, question: str) -> None:
        question = question.encode("utf-8", "ignore").decode()
        now = self.kept.keep(user, Conversation(turns=(Turn(question),)))
        self.model[user, now.id] = now

    @rule(data=st.data(), question=st.sampled_from(["One?", "Two?"]))
    def go_on(self, data: st.DataObject, question: str) -> None:
        if self.model:
            user, key = data.draw(st.sampled_from(sorted(self.model)))
            now = self.model[user, key]
            now = replace(now, turns=(*now.turns, Turn(question)))
            self.model[user, key] = self.kept.keep(user, now)

    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        if self.model:
            user, key = data.draw(st.sampled_from(sorted(self.model)))
            now = self.model[user, key]
            if len(now.turns) > 1:
                self.model[user, key] = self.kept.keep(user, now.without_last())

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if self.model:
            user, key = data.draw(st.sampled_from(sorted(self.model)))
            assert self.kept.delete(user, key)
            del self.model[user, key]

    @invariant()
    def the_same_is_kept(self) -> None:
        for (user, key), now in self.model.items():
            assert self.kept.get(user, key) == now
        for user in ("", "jo"):
            ids = {entry.id for entry in self.kept.listed(user)}
            assert ids == {key for owner, key in self.model if owner == user}


TestShelf = Shelf.TestCase
TestShelf.settings = hypothesis_settings(max_examples=15, stateful_step_count=15, deadline=None)


def _turns(kept: Conversations, now: Conversation) -> tuple[Turn, ...]:
    found = kept.get("jo", now.id)
    assert found is not None
    return found.turns

"""A conversation carried on: every state is kept, whatever happens to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from assistant.answer import Assistant
from assistant.kept.conversations import Conversation, Given
from assistant.web.door.caller import Caller
from assistant.web.gate import Gate
from assistant.web.site import Site
from assistant.web.talk import STOPPED, Talk, plain
from assistant.write.draft import Draft
from ingest.archive.archive import Archive
from ingest.article import Article
from ingest.errors import ModelError
from tests.web.serving import in_loop

CALLER = Caller("jo", "127.0.0.1")
QUESTION = "Where did the Zanzara ferry sink?"


class Slow:
    """Writes a word for each question of it, and notes when it is told to end."""

    name = "slow"

    def __init__(self, words: int = 3, error: Exception | None = None) -> None:
        self.words, self.error, self.ended = words, error, 0

    def standalone(self, question: str, history: Any) -> Any:
        from assistant.question.question import understand

        return understand(question)

    def write(self, question: Any, found: Any) -> Iterator[Draft]:
        try:
            for number in range(self.words):
                yield Draft(f"Word {number} [1]. ")
            if self.error:
                raise self.error
        finally:
            self.ended += 1


@pytest.fixture
def archive_with_ferry(archive: Archive, make_article: Callable[..., Article]) -> Archive:
    text = "The Zanzara ferry sank off Oslo on Monday. Word 0. Word 1. Word 2."
    list(archive.add([make_article("Ferry sinks", text, publisher="Tide Post")]))
    return archive


def talk_of(archive: Archive, writer: Any = None, **gate: Any) -> Talk:
    return Talk(Site(Assistant(archive, writer), Gate(**gate)))


def asked(
    talk: Talk, question: str = QUESTION, before: Conversation | None = None,
    given: Given | None = None, stop_after: int | None = None, caller: Caller = CALLER,
) -> list[Conversation]:  # fmt: skip
    states: list[Conversation] = []

    async def run() -> None:
        told = talk.ask(caller, before or Conversation(), question, given or Given())
        async with aclosing(told) as growing:
            async for now in growing:
                states.append(now)
                if stop_after is not None and len(states) > stop_after:
                    break

    in_loop(run)
    return states


def test_the_question_stands_there_at_once_and_the_answer_grows(
    archive_with_ferry: Archive,
) -> None:
    talk = talk_of(archive_with_ferry, Slow())
    states = asked(talk)
    assert states[0].turns[-1].told is None and states[0].id
    last = states[-1].turns[-1]
    assert last.told is not None and last.told.complete and "Word 2" in last.told.text
    assert talk.site.conversations.get("jo", states[-1].id) == states[-1]


def test_a_follow_up_gets_the_history(archive_with_ferry: Archive) -> None:
    talk = talk_of(archive_with_ferry)
    first = asked(talk)[-1]
    second = asked(talk, "And when?", first)[-1]
    assert [turn.question for turn in second.turns] == [QUESTION, "And when?"]
    assert second.id == first.id


def test_a_listener_that_leaves_leaves_a_marked_answer_and_no_writer_at_work(
    archive_with_ferry: Archive,
) -> None:
    writer = Slow(10_000)
    talk = talk_of(archive_with_ferry, writer)
    states = asked(talk, stop_after=1)
    kept = talk.site.conversations.get("jo", states[-1].id)
    assert kept is not None and kept.turns[-1].told is not None
    assert kept.turns[-1].told.notes[-1] == STOPPED
    assert writer.ended == 1


def test_stopping_twice_marks_once_and_a_whole_answer_is_not_marked(
    archive_with_ferry: Archive,
) -> None:
    talk = talk_of(archive_with_ferry, Slow(10_000))
    now = asked(talk, stop_after=1)[-1]
    twice = talk.stopped(CALLER, talk.stopped(CALLER, now))
    assert twice.turns[-1].told is not None
    assert twice.turns[-1].told.notes.count(STOPPED) == 1
    whole = asked(talk_of(archive_with_ferry))[-1]
    assert talk.stopped(CALLER, whole) == whole
    assert talk.stopped(CALLER, Conversation()) == Conversation()


def test_what_ends_late_does_not_take_the_place_of_what_was_asked_anew(
    archive_with_ferry: Archive,
) -> None:
    talk = talk_of(archive_with_ferry, Slow(10_000))

    async def run() -> Conversation:
        old = talk.ask(CALLER, Conversation(), QUESTION, Given())
        now = await anext(old)
        async for newer in talk.ask(CALLER, now, "Edited?", Given(), instead=True):
            if newer.turns[-1].told:
                break
        await old.aclose()
        return now

    kept: list[Conversation | None] = []

    async def whole() -> None:
        now = await run()
        kept.append(talk.site.conversations.get("jo", now.id))

    in_loop(whole)
    assert kept[0] is not None
    assert [turn.question for turn in kept[0].turns] == ["Edited?"]


def test_two_pages_on_one_conversation_lose_nothing(archive_with_ferry: Archive) -> None:
    talk = talk_of(archive_with_ferry)
    first = asked(talk)[-1]
    here = asked(talk, "And when?", first)[-1]
    there = asked(talk, "And why?", first)[-1]
    assert [turn.question for turn in there.turns] == [QUESTION, "And when?", "And why?"]
    states: list[Conversation] = []

    async def again() -> None:
        told = talk.ask(CALLER, here, "And when?", Given(), instead=True)
        states.extend([now async for now in told])

    in_loop(again)
    assert [turn.question for turn in states[-1].turns] == [
        QUESTION, "And when?", "And why?", "And when?",
    ]  # fmt: skip


def test_going_on_with_a_conversation_that_was_deleted_keeps_all_of_it(
    archive_with_ferry: Archive,
) -> None:
    talk = talk_of(archive_with_ferry)
    first = asked(talk)[-1]
    talk.site.conversations.delete("jo", first.id)
    second = asked(talk, "And when?", first)[-1]
    assert talk.site.conversations.get("jo", first.id) == second
    assert len(second.turns) == 2


def test_what_was_deleted_while_its_answer_grew_stays_deleted(archive_with_ferry: Archive) -> None:
    talk = talk_of(archive_with_ferry, Slow(50))

    async def run() -> None:
        async with aclosing(talk.ask(CALLER, Conversation(), QUESTION, Given())) as growing:
            async for now in growing:
                ids.append(now.id)
                talk.site.conversations.delete("jo", now.id)

    ids: list[str] = []
    in_loop(run)
    assert talk.site.conversations.get("jo", ids[-1]) is None


def test_a_page_that_is_behind_does_not_undo_a_whole_answer(archive_with_ferry: Archive) -> None:
    talk = talk_of(archive_with_ferry, Slow())
    states = asked(talk)
    assert states[0].turns[-1].told is None
    for behind in states:
        assert talk.stopped(CALLER, behind) == states[-1]
    assert talk.site.conversations.get("jo", states[-1].id) == states[-1]


def test_what_was_shown_when_it_was_stopped_is_what_is_kept(archive_with_ferry: Archive) -> None:
    talk = talk_of(archive_with_ferry, Slow(10_000))
    shown: list[Conversation] = []

    async def run() -> None:
        async with aclosing(talk.ask(CALLER, Conversation(), QUESTION, Given())) as growing:
            async for now in growing:
                if shown:
                    break
                if now.turns[-1].told:
                    shown.append(talk.stopped(CALLER, now))

    in_loop(run)
    assert (told := shown[0].turns[-1].told) and told.notes[-1] == STOPPED
    assert talk.site.conversations.get("jo", shown[0].id) == shown[0]


def test_stopped_before_any_text_says_so(archive_with_ferry: Archive) -> None:
    talk = talk_of(archive_with_ferry, Slow(10))
    now = talk.stopped(CALLER, asked(talk, stop_after=0)[-1])
    assert "Stopped" in (now.turns[-1].error or "")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelError("The model is down."), "The model is down."),
        (sqlite3.DatabaseError("malformed"), "dateline doctor"),
        (ValueError("internal detail"), "unexpected"),
    ],
)
def test_what_goes_wrong_is_told_in_the_turn(
    archive_with_ferry: Archive, error: Exception, said: str
) -> None:
    talk = talk_of(archive_with_ferry, Slow(1, error))
    now = asked(talk)[-1]
    assert now.turns[-1].error is not None and said in now.turns[-1].error
    assert "internal detail" not in now.turns[-1].error
    assert talk.site.conversations.get("jo", now.id) == now


def test_a_filter_that_cannot_be_used_is_told_in_the_turn(archive_with_ferry: Archive) -> None:
    now = asked(talk_of(archive_with_ferry), given=Given(since="yesterday-ish"))[-1]
    assert now.turns[-1].error is not None and "yesterday-ish" in now.turns[-1].error


def test_too_many_are_told_so(archive_with_ferry: Archive) -> None:
    talk = talk_of(archive_with_ferry, running=1, waiting=0)

    async def run() -> None:
        async with talk.site.gate.turn(Caller()):
            told = talk.ask(CALLER, Conversation(), QUESTION, Given())
            states.extend([now async for now in told])

    states: list[Conversation] = []
    in_loop(run)
    assert "Ask again" in (states[-1].turns[-1].error or "")


def test_a_conversation_of_another_is_not_written(archive_with_ferry: Archive) -> None:
    talk = talk_of(archive_with_ferry)
    mine = asked(talk)[-1]
    theirs = asked(talk, "Mine now?", mine, caller=Caller("mo", "127.0.0.1"))[-1]
    assert theirs.turns[-1].error is not None
    assert talk.site.conversations.get("jo", mine.id) == mine


def test_errors_in_plain_words_are_one_line() -> None:
    assert "\n" not in plain(ModelError("One.\nTwo."))

"""A conversation carried on: ask, ask again, stop; a question is kept at once, then its answer."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from assistant.kept.conversations import Conversation, Given, Turn
from assistant.kept.told import Told
from assistant.suggesting import suggestions
from assistant.web.api.refusals import described
from assistant.web.door.caller import Caller
from assistant.web.site import Site
from ingest.errors import DatelineError

log = logging.getLogger("dateline")
STOPPED = "Incomplete: stopped."
UNSAID = "Stopped before there was an answer. Ask again."
_EVERY = 0.08  # seconds between two states of a growing answer; a page redraws all of it


@dataclass(frozen=True)
class Talk:
    """Asks for a caller and keeps what comes of it."""

    site: Site

    async def ask(
        self, caller: Caller, shown: Conversation, question: str, given: Given,
        instead: bool = False,
    ) -> AsyncGenerator[Conversation, None]:  # fmt: skip
        """The conversation after every piece of the answer; the last one is kept.

        What goes wrong is told in the turn, in plain words. If the caller stops listening, the
        turn is kept as far as it came.

        Args:
            shown: as the caller has it before them; another page may have gone on with it.
            instead: the answer takes the place of the last turn.
        """
        asked_at = datetime.now(timezone.utc).isoformat(timespec="microseconds")
        turn = Turn(question.strip(), given, asked_at=asked_at)
        now = replace(shown, turns=(*shown.turns, turn))
        try:
            # It comes after what is kept, less the turn whose place it takes.
            before = self.site.conversations.get(caller.user, shown.id) or shown
            last = {(t.question, t.asked_at) for c in (before, shown) for t in c.turns[-1:]}
            before = before.without_last() if instead and len(last) == 1 else before
            now = self.site.conversations.keep(
                caller.user, replace(before, turns=(*before.turns, turn))
            )
            yield now
            async with aclosing(self._answered(caller, before, turn)) as turns:
                async for turn in turns:
                    now = now.with_last(turn)
                    yield now
        except Exception as error:  # the edge: it is shown in the turn
            now = now.with_last(replace(turn, error=plain(error)))
            yield now
        finally:
            self._keep(caller, _cut_short(now))

    def stopped(self, caller: Caller, now: Conversation) -> Conversation:
        """The conversation once its growing answer was stopped: as it is kept or as the page has
        it, whichever came further. It stays so, whatever still comes of the answer."""
        with suppress(DatelineError, sqlite3.Error):  # it is told when it is kept
            kept = self.site.conversations.get(caller.user, now.id) or now
            now = max(kept, now, key=_came)
        now = _cut_short(now)
        self._keep(caller, now)
        return now

    async def _answered(
        self, caller: Caller, before: Conversation, turn: Turn
    ) -> AsyncGenerator[Turn, None]:
        async with self.site.gate.turn(caller):
            answers = self.site.service.assistant.stream(
                turn.question, history=before.history(), **vars(turn.given)
            )
            shown, steps = 0.0, 0
            async with aclosing(self.site.gate.stepped(answers)) as growing:
                async for last in growing:
                    new = len(last.steps) > steps  # after one, nothing may come for a minute
                    if new or time.monotonic() - shown >= _EVERY:
                        shown, steps = time.monotonic(), len(last.steps)
                        yield replace(turn, told=Told.of(last))
            turn = replace(turn, told=Told.of(last))
            yield turn
            history = [*before.history(), ("user", turn.question), ("assistant", last.text)]
            tried = suggestions(self.site.service, last, history, turn.given)
            async with aclosing(self.site.gate.stepped(tried)) as found:
                texts = [text async for text in found]
            yield replace(turn, suggestions=tuple(texts))

    def _keep(self, caller: Caller, now: Conversation) -> None:
        """Unless the question was stopped or asked anew meanwhile (what was stopped may end late),
        or the conversation was deleted."""
        try:
            kept = self.site.conversations.get(caller.user, now.id)
            if kept and now.turns and _came(kept)[:3] <= (*_came(now)[:2], False):
                self.site.conversations.keep(caller.user, now)
        except (DatelineError, sqlite3.Error) as error:
            log.warning("A conversation was not kept: %s", error)


def _came(now: Conversation) -> tuple[int, str, bool, int]:
    """How far: its turns, when the last was asked, whether that was stopped, how long it is."""
    if not now.turns:
        return 0, "", False, 0
    last = now.turns[-1]
    stopped = last.error == UNSAID or bool(last.told and STOPPED in last.told.notes)
    return len(now.turns), last.asked_at, stopped, len(last.told.text) if last.told else 0


def _cut_short(now: Conversation) -> Conversation:
    """With its last answer marked where it is not whole."""
    last = now.turns[-1] if now.turns else None
    if last is None or last.error:
        return now
    if last.told is None:
        return now.with_last(replace(last, error=UNSAID))
    notes = last.told.notes
    if last.told.complete or any(note.startswith("Incomplete") for note in notes):
        return now
    return now.with_last(replace(last, told=replace(last.told, notes=(*notes, STOPPED))))


def plain(error: Exception) -> str:
    """An error in words for people: never a traceback, and none of an error that is not ours."""
    return described(error)[2]

"""What the parts of the chat page hold for a conversation, and questions to begin with."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from html import escape
from typing import Any

from assistant.kept.conversations import Conversation
from assistant.results import date_in_words
from assistant.suggesting import beginnings
from assistant.web.door.caller import Caller
from assistant.web.markup import answers
from assistant.web.markup.escaping import inert
from assistant.web.pages.frame import gr
from assistant.web.site import Site
from assistant.web.talk import plain
from ingest.archive.browse import NONE, Browsed, Choice
from ingest.errors import DatelineError
from ingest.text import many

Values = dict[str, Any]
OUTLETS = 500  # publishers to choose from
MOSTLY = 2  # of them are named at first, those with most articles
MONTHS_SHOWN = 36
_BARS = "\u2007▁▂▃▄▅▆▇█"  # a month without articles is a gap
# Gradio drops what is sent while the event before is under way, which is some time longer than its
# last state is shown: Send must not stand there before. A success is told just before the end.
SENDABLE = """async () => {
  await new Promise((done) => setTimeout(done));
  return { __type__: "update", submit_btn: true, stop_btn: false };
}"""
AS_SHOWN = "(...sent) => window.dlShown(...sent)"  # see page.js
_EMPTY = """**The archive is empty.**

Articles are added on [the archive page](./archive): files, addresses of pages and feeds, or the
sample."""
EDITING = (
    '<p class="dl-notice" role="status">The next question takes the place of the last one. '
    '<button type="button" class="dl-plain" data-act="cancel">Cancel (Esc)</button></p>'
)


class Showing:
    """The values of the chat page's parts, by their names."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._examples: tuple[int, list[str]] = (-1, [])  # of so many articles
        self._finding = threading.Lock()

    def values(
        self, who: Caller, now: Conversation, search: str, whole: bool, clear: bool = False
    ) -> Values:
        """Of a conversation that stands still; `clear` empties the question box."""
        more: dict[str, Any] = {"value": ""} if clear else {}
        return {
            "now": now, "chat": answers.messages(now.turns, False, self.ratings(now), whole),
            "panel": answers.sources_markup(now.turns, whole), "row": answers.row_markup(now),
            "nexts": self.nexts(now), "shelf": self.listed(who, now, search),
            "box": gr.update(submit_btn=True, stop_btn=False, **more), "notice": "",
        }  # fmt: skip

    def ratings(self, now: Conversation) -> dict[int, str]:
        """turn → "good" or "bad", of the answers that stand there now and were judged."""
        try:
            given = self._site.feedback.of(now.id)
        except (DatelineError, sqlite3.Error):  # told elsewhere
            return {}
        told = {number: turn.told.text for number, turn in enumerate(now.turns) if turn.told}
        return {n: rating for n, (rating, answer) in given.items() if told.get(n) == answer}

    def listed(self, who: Caller, now: Conversation, search: str = "") -> str:
        """The list of conversations, or why there is none."""
        try:
            entries = self._site.conversations.listed(who.user, search)
        except Exception as error:  # the edge: it is shown in the list's place
            return f'<p class="dl-quiet">{escape(plain(error))}</p>'
        return answers.shelf_markup(entries, now.id, search)

    def kept(self, who: Caller, key: str) -> Conversation:
        """The conversation of that id; a new one where there is none or it cannot be read."""
        try:
            return self._site.conversations.get(who.user, key) or Conversation()
        except sqlite3.Error:  # the list and the welcome say so
            return Conversation()

    def welcome(self) -> Values:
        """What stands in an empty chat, and the publishers to choose from."""
        try:
            held = self._site.service.browse(Choice(), limit=1)
            outlets = list(self._site.service.archive.names.outlets[:OUTLETS])
        except Exception as error:  # the edge: it is shown in the welcome's place
            return {"chat": gr.update(placeholder=escape(plain(error)))}
        greeting = gr.update(placeholder=holding(held))
        return {"chat": greeting, "publishers": gr.update(choices=outlets)}

    def nexts(self, now: Conversation) -> str:
        """The examples at first, then what the archive can answer next."""
        if now.turns:
            return answers.next_markup(now.turns[-1].suggestions, "Ask next")
        return answers.next_markup(self._examples[1], "Examples")

    def find_examples(self) -> None:
        """Again where there are more or fewer articles. It takes seconds: pages do not wait."""
        with self._finding, suppress(Exception):  # the edge: a broken archive is told elsewhere
            articles, _ = self._site.service.archive.catalog.counts()
            if self._examples[0] != articles:
                self._examples = articles, beginnings(self._site.service)


def holding(held: Browsed) -> str:
    """What an archive holds, in a sentence and a line of bars by month, as Markdown."""
    if not held.total:
        return _EMPTY
    said = [many(held.total, "article")]
    by_month = {each.value: each.count for each in held.facets.months if each.value != NONE}
    counts: list[int] = []
    if by_month:
        begins, ends = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (min(by_month), max(by_month)))
        months = range(max(begins, ends - MONTHS_SHOWN + 1), ends + 1)
        counts = [by_month.get(f"{m // 12:04}-{m % 12 + 1:02}", 0) for m in months]
        first, last = (date_in_words(month) for month in (min(by_month), max(by_month)))
        said.append(first if first == last else f"{first} to {last}")
    if most := [inert(each.label) for each in held.facets.publishers if each.label][:MOSTLY]:
        mostly = "mostly " if held.facets.publishers[MOSTLY:] else ""
        said.append(f"{mostly}from {' and '.join(most)}")
    bars = "".join(_BARS[-(-(len(_BARS) - 1) * count // max(counts))] for count in counts)
    drawn = f'<span class="dl-bars" aria-hidden="true">{bars}</span>\n\n' if counts else ""
    return f"{drawn}**{', '.join(said)}.**\n\nAsk in your own words."

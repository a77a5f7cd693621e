"""Research: a chat model searches the archive by itself and reads on, before an answer is written
from what it saw. It has tools over the archive and nothing else, and bounds on calls, tokens and
seconds.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from assistant.question.question import Question, checked
from assistant.read.timeline import Event
from assistant.results import Found, Passage, attribution
from assistant.words import content_terms
from assistant.write import stream
from assistant.write.deadline import DeadlineError, is_wanted, limited
from assistant.write.draft import Draft
from assistant.write.faults import is_transient, message_of, status_of
from assistant.write.model import ModelWriter, fitting, numbered, tagged, tokens
from assistant.write.prompts import load_prompt
from ingest.archive.filters import Filters, make_filters
from ingest.article import epoch_of
from ingest.errors import DatelineError, SettingError
from ingest.sentences import sentences
from ingest.settings import Settings
from ingest.text import one_line, redact

FOUND = 6  # passages that a search shows
READ = 1500  # characters that are read on
ASKED = 300  # characters of a model's query; what is longer is cut
TOOLS = 24  # uses of tools; what is asked for beyond is not done
SEARCHING = 0.75  # share of the time after which what was seen is answered from
ROOM = 0.75  # share of the model's context that the conversation may fill
NOTHING = "Nothing was found. Try other words."
ENOUGH = "There are no steps left. Reply with: Enough"


class _SpentError(Exception):
    """A bound was reached; the text says which."""


@dataclass
class Research:
    """One research.

    Args:
        writer: whose model does it.
        question: on its own feet.
        given: what the user allows to be looked at; no tool looks at anything else.
        seen: the passages that the model has seen; its tools call the n-th [n].
        settings: what it may cost: calls of the model, tokens and seconds.
        look: the passages for some words, the best first.
        events: the dated events for some words.

    `steps` tells what was done; `why`, for people, what ended it before the model had enough.
    """

    writer: ModelWriter
    question: Question
    given: Filters
    seen: list[Passage]
    settings: Settings
    look: Callable[[str, Filters, int], Found]
    events: Callable[[str, Filters], Sequence[Event]]
    steps: list[str] = field(default_factory=list)
    why: str | None = None
    _used: int = 0
    _calls: int = 0
    _tokens: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> Iterator[None]:
        """Does it; comes by whenever a step was made. What fails is told in `why`."""
        began = time.monotonic()
        try:
            yield from limited(self._agent, SEARCHING * self.settings.research_seconds)
        except _SpentError as spent:
            self.why = f"The research ended at its limit of {spent}"
        except DeadlineError:
            seconds = f"{self.settings.research_seconds:g} seconds (DATELINE_RESEARCH_SECONDS)"
            self.why = f"The research ended at its limit of {seconds}"
        except Exception as error:
            if "tool" in message_of(error).lower() or isinstance(error, NotImplementedError):
                self.why = _NO_TOOLS.format(self.writer.name)
            else:
                status = f" (HTTP {status_of(error)})" if status_of(error) else ""
                self.why = f"The model's service failed during the research{status}"
        left = self.settings.research_seconds - (time.monotonic() - began)
        self.writer = replace(self.writer, deadline=max(1.0, left))

    def drafts(self, found: Found) -> Iterator[Draft]:
        """The answer, by the same prompt as any other, from the passages in `found`."""
        yield from self.writer.write(replace(self.question, seconds=0.0), found)
        if self.why:
            yield Draft("", note=f"{self.why}; {_PLAIN}.")

    def _agent(self) -> Iterator[None]:
        from langchain.agents import create_agent
        from langchain.agents.middleware import ModelRetryMiddleware, wrap_model_call

        prompt, steps = load_prompt("research"), str(self.settings.research_calls)
        asked = {"steps": steps, "question": self.question.text}
        room = int(ROOM * self.writer.context) - tokens(prompt.format(**asked, passages=""))
        self.seen[:] = fitting(self.seen, room // 2)
        shown = numbered(self.seen) or NOTHING
        system, user = prompt.format_messages(**asked, passages=shown)
        again = ModelRetryMiddleware(
            max_retries=stream.ATTEMPTS - 1, on_failure="error", initial_delay=stream.FIRST_WAIT,
            retry_on=lambda error: is_transient(error) and is_wanted(),
        )  # fmt: skip
        agent = create_agent(
            self.writer.model, self._tools(), system_prompt=system.text,
            middleware=[wrap_model_call(self._bounded), again],
        )  # fmt: skip
        opening: Any = {"messages": [{"role": "user", "content": user.text}]}
        for update in agent.stream(opening, stream_mode="updates"):
            said = [m for part in update.values() if part for m in part.get("messages", ())]
            if said and said[-1].type == "ai" and re.search(_CALL, said[-1].text):
                self.why = _NO_TOOLS.format(self.writer.name)
            yield

    def _bounded(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """A call of the model, where the bounds still allow one."""
        limits = self.settings
        if not is_wanted():
            raise DeadlineError
        if self._calls >= limits.research_calls - 1:  # the last one is for the answer
            raise _SpentError(f"{limits.research_calls} model calls (DATELINE_RESEARCH_CALLS)")
        if self._tokens >= limits.research_tokens:
            raise _SpentError(f"{limits.research_tokens:,} tokens (DATELINE_RESEARCH_TOKENS)")
        shown = sum(tokens(message.text) for message in request.messages)
        if shown > ROOM * self.writer.context:
            raise _SpentError("the model's context (DATELINE_CONTEXT_TOKENS)")
        response = handler(request)
        self._calls += 1
        for each in response.result:
            used = getattr(each, "usage_metadata", None) or {}
            self._tokens += int(used.get("total_tokens") or shown + tokens(each.text))
        return response

    def _tools(self) -> list[Any]:
        """The model reads what they are for in their docstrings."""
        from langchain_core.tools import tool

        def search(
            query: str,
            since: str | None = None,
            until: str | None = None,
            publishers: list[str] | None = None,
        ) -> str:
            """Find passages of news articles. query: a few words that a report would use. since,
            until: days such as 2023-07-16, of publication. publishers: names of outlets."""
            words = checked(query[:ASKED])
            filters = self._allowed(since, until, publishers)
            found = self.look(words, filters, FOUND).passages
            self._step(f"Searched: {words} · {len(found)} passages")
            return self._shown(found)

        def read(article: str, around: str = "") -> str:
            """Read more of an article that was found. article: the number of one of its passages.
            around: words near which to read; the beginning where there are none."""
            number = "".join(c for c in article[:ASKED] if c.isdigit())[:4]
            if not number or not 1 <= int(number) <= len(self.seen):
                raise SettingError(f"There is no passage {one_line(article)[:20]!r}.")
            passage = self.seen[int(number) - 1]
            text, wanted = passage.article.text, set(content_terms(around[:ASKED]))
            spans = sentences(text) or [(0, len(text))]
            start = 0
            if wanted:
                best = max(spans, key=lambda s: len(wanted & set(content_terms(text[slice(*s)]))))
                start = next(a for a, _ in spans if a >= best[0] - READ // 3)
            end = max(b for a, b in spans if a == start or b <= start + READ)
            self._step(f"Read: {attribution(passage.article)}")
            return self._shown([replace(passage, start=start, end=end)])

        def timeline(query: str) -> str:
            """List the dated events of a topic, the earliest first. query: a few words."""
            words = checked(query[:ASKED])
            events = self.events(words, self.given)
            self._step(f"Timeline: {words} · {len(events)} events")
            lines = []
            for event in events:
                quote = event.evidence.quote
                lines.append(f"{event.date}: {quote.text} [{self._number(quote)}]")
            return "\n".join(lines) or NOTHING

        return [tool(self._in_turn(each)) for each in (search, read, timeline)]

    def _in_turn(self, work: Callable[..., str]) -> Callable[..., str]:
        """A tool's work, one at a time; a model may use several at once, and wrongly."""

        @wraps(work)
        def done(*args: Any, **options: Any) -> str:
            with self._lock:
                self._used += 1
                if self._used > TOOLS:
                    return ENOUGH
                try:
                    return work(*args, **options)
                except DatelineError as error:
                    return one_line(str(error))

        return done

    def _step(self, told: str) -> None:
        """The words are the model's: whatever its service says, no key stands in them."""
        self.steps.append(redact(one_line(told), self.writer.secrets))

    def _allowed(
        self, since: str | None, until: str | None, publishers: Sequence[str] | None
    ) -> Filters:
        """What the user allows, narrowed by what the model wants.

        Raises:
            SettingError: a day cannot be read, or nothing is left.
        """
        wanted = make_filters(since, until, None, tuple(publishers or ())[:FOUND])
        given = self.given
        first = max(filter(None, (given.since, wanted.since)), key=epoch_of, default=None)
        last = min(filter(None, (given.until, wanted.until)), key=epoch_of, default=None)
        filters = replace(given, since=first, until=last)
        if filters.empty:
            raise SettingError("Nothing is to be looked at outside of the time that the user set.")
        return filters if given.publishers else replace(filters, publishers=wanted.publishers)

    def _shown(self, passages: Sequence[Passage]) -> str:
        """The passages as the model sees them; of one that it has seen, the number."""
        known = len(self.seen)
        numbers = [(self._number(passage), passage) for passage in passages]
        new = [tagged(number, passage) for number, passage in numbers if number > known]
        old = ", ".join(f"[{number}]" for number, _ in numbers if number <= known)
        return "\n\n".join([*new, *([f"Seen before: {old}"] if old else [])]) or NOTHING

    def _number(self, passage: Passage) -> int:
        for number, each in enumerate(self.seen, start=1):
            same = each.article_id == passage.article_id
            if same and each.start <= passage.start and passage.end <= each.end:
                return number
        self.seen.append(passage)
        return len(self.seen)


_NO_TOOLS = "The model {} did not use the tools of a research as it should"
_PLAIN = "the answer was written from the passages found until then"
# A call of a tool that a model wrote as text.
_CALL = r'<tool_call>|\{\s*"(?:name|tool|function)"\s*:'

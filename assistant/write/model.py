"""A chat model as a writer: what it is shown, as far as there is room, and what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.question.follow_ups import Turn
from assistant.question.question import Question, understand
from assistant.results import REFUSAL, Found, Passage, day_in_words, outlet
from assistant.write import faults
from assistant.write.deadline import DeadlineError, limited
from assistant.write.draft import Draft
from assistant.write.plan import LONGEST, Plan
from assistant.write.prompts import load_prompt
from assistant.write.stream import THOUGHT, Piece, is_no_word, patient, pieces, why_cut
from ingest.errors import ModelError
from ingest.sentences import sentences
from ingest.settings import Plans
from ingest.text import redact

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

CONTEXT_TOKENS = 8192  # of a model that neither the settings nor LangChain know more of
ANSWER_TOKENS = 1024  # kept free for the answer, but no more than a quarter
TURNS = 6  # of the conversation that a follow-up may refer to
TURN_CHARACTERS = 600
LEAST = 200  # characters of a passage that are shown however little room there is
FACT_CHARACTERS = 300  # of a headline, a byline …


def tokens(text: str) -> int:
    """About how many tokens a model makes of `text`, on the high side; no tokenizer is loaded.

    A third of one for each ASCII letter or space, one for any other character. Against the
    tokenizer of SmolLM2 that is 1.3 to 1.5 times the truth for English news and at least the truth
    for other Latin, Greek, Cyrillic, Arabic and Hebrew text. Scripts that an English vocabulary
    spells in bytes (Thai, Chinese, Korean) come to twice as many there; models that write them have
    them in their vocabulary, and the retry with half of the passages is for those that do not.
    """
    light = sum(character.isascii() and (character.isalpha() or character == " ")
                for character in text)  # fmt: skip
    return len(text) - light + -(-light // 3)


def numbered(passages: Sequence[Passage], first: int = 1) -> str:
    """The passages as the prompt shows them; `first` is the number of the first one."""
    return "\n\n".join(tagged(number, each) for number, each in enumerate(passages, first))


def fitting(passages: Sequence[Passage], room: int) -> tuple[Passage, ...]:
    """The first passages, which are the best, that fit into `room` tokens; at least one of them.

    If even that one is too long, it ends with the last of its sentences that fits.
    """
    kept: list[Passage] = []
    left = room
    for number, passage in enumerate(passages, start=1):
        left -= tokens(tagged(number, passage)) + 1
        if left < 0:
            break
        kept.append(passage)
    if kept or not passages:
        return tuple(kept)
    best = passages[0]
    return (_shortened(best, room - tokens(tagged(1, replace(best, end=best.start)))),)


def fewer(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The first half of the passages, whose numbers stay; of a single one, half its text."""
    if len(passages) > 1:
        return tuple(passages[: len(passages) // 2])
    return tuple(_shortened(passage, tokens(passage.text) // 2) for passage in passages)


def conversation(history: Sequence[Turn], room: int) -> str:
    """The latest turns that fit into `room` tokens, oldest first; the last one always."""
    lines: list[str] = []
    for role, text in reversed(history[-TURNS:]):
        line = f"{role}: {' '.join(text.split())[:TURN_CHARACTERS]}"
        room -= tokens(line) + 1
        if lines and room < 0:
            break
        lines.append(line)
    return "\n".join(reversed(lines))


def _shortened(passage: Passage, room: int) -> Passage:
    """Its first sentences that fit; at least the first, which is cut where it alone is too long."""
    spans = sentences(passage.text)
    ends = [end for _, end in spans if tokens(passage.text[:end]) <= room]
    if ends:
        return replace(passage, end=passage.start + ends[-1])
    first = spans[0][1] if spans else len(passage.text)
    return replace(passage, end=passage.start + min(first, max(LEAST, room)))


def tagged(number: int, passage: Passage) -> str:
    """A passage as the prompt shows it, [number]; its text cannot close its tag."""
    article = passage.article
    facts = {
        "headline": article.title,
        "publisher": outlet(article),
        "by": article.byline,
        "published": day_in_words(article) or "undated",
        "place": article.dateline,
        "kind": article.kind if article.kind != "news" else None,
    }
    said = " ".join(
        f'{name}="{_inert(value[:FACT_CHARACTERS]).replace(chr(34), chr(39))}"'
        for name, value in facts.items()
        if value
    )
    return f'<passage number="{number}" {said}>\n{_inert(passage.text)}\n</passage>'


def _inert(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")


PLANNING_SHARE = 0.2  # of the deadline, for a plan, and for rewriting a follow-up without one
WAIT = 15.0  # seconds until the first word, for which a slow model gets fewer passages
FEWEST_SHOWN = 4  # passages, however slow it is
NOTING_SHARE = 0.6  # of the deadline, after which no more notes are taken
MESSAGE_TOKENS = 32  # that a chat template puts around the messages
MOMENT = 0.5  # seconds that are always left to ask which models there are


@dataclass
class Pace:
    """How fast a model has read passages at its best, so that neither loading it nor trying again
    counts; the first question finds it out."""

    tokens_a_second: float = 0.0  # 0: nobody knows


@dataclass(frozen=True)
class ModelWriter:
    """Writes with a chat model.

    Args:
        deadline: seconds for a whole answer: rewriting, waiting, trying again, writing.
        secrets: what must not show, whatever the service says.
        context: tokens that the model can be given.
        served: the models that the service lists within so many seconds.
        plans: whether searches are planned: for follow-ups and after a refusal, always, never.
    """

    name: str
    model: BaseChatModel = field(repr=False)
    deadline: float
    secrets: tuple[str, ...] = field(default=(), repr=False)
    context: int = CONTEXT_TOKENS - ANSWER_TOKENS
    served: Callable[[float], tuple[str, ...]] = field(default=lambda _: (), repr=False)
    plans: Plans = "auto"
    pace: Pace = field(default_factory=Pace, repr=False, compare=False)

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        """Planned or rewritten by the model where that is wanted; one that fails or rambles leaves
        the question as it is."""
        started, follows = time.monotonic(), any(role == "user" for role, _ in history)
        if self.plans == "always" or (follows and self.plans == "auto"):
            planned = self.plan(question, history)
            if planned is not None:
                return planned
        asked, text = {"history": "", "question": question}, ""
        if follows:
            room = self.context - self._size("standalone", asked)
            asked["history"] = conversation(history, room)
            ends = time.monotonic() + PLANNING_SHARE * self.deadline
            with suppress(ModelError):
                text = self.said(load_prompt("standalone") | self.model, asked, ends).strip('"')
        usable = 0 < len(text) <= LONGEST and "\n" not in text
        understood = understand(question, text if usable else question)
        return replace(understood, seconds=time.monotonic() - started)

    def plan(self, question: str, history: Sequence[Turn], spent: float = 0.0) -> Question | None:
        """The question with how to search for it, by one structured call; None where the model or
        its service cannot do that, or not within a part of the deadline.

        Args:
            spent: seconds of the deadline that are over.
        """
        started = time.monotonic()
        asked = {"today": f"{date.today():%d %B %Y}", "history": "", "question": question}
        asked["history"] = conversation(history, self.context - self._size("plan", asked))

        def call() -> Iterator[object]:
            yield (load_prompt("plan") | self.model.with_structured_output(Plan)).invoke(asked)

        try:
            plan = next(limited(call, min(PLANNING_SHARE * self.deadline, self.deadline - spent)))
        except Exception:  # whatever a service makes of it, the words are left
            return None
        if not isinstance(plan, Plan):
            return None
        plan = Plan.model_validate_json(redact(plan.model_dump_json(), self.secrets))
        return replace(plan.applied(question), seconds=spent + time.monotonic() - started)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        """The model's text as it comes; what ends without a finish reason is marked as cut.

        Passages that have no room are left out. If there was less room than known, the first half
        of them is tried, once.
        """
        ends = time.monotonic() + self.deadline - question.seconds
        room = self.context - self._size(_prompt(question), _asked(question, ()))
        fits = shown = fitting(found.passages, room)
        quickly = int(WAIT * self.pace.tokens_a_second)  # tokens that are read within that time
        if quickly and not (question.wide or question.timeline):
            shown = max(fitting(fits, min(room, quickly)), fits[:FEWEST_SHOWN], key=len)
        if question.wide and len(fits) < len(found.passages):
            yield from self._summed_up(question, found.passages, room, ends)
            return
        overflowed = False
        try:
            yield from self._drafts(question, shown, ends)
        except faults.ContextError:
            overflowed = True
        if overflowed:
            fits = shown = fewer(shown)
            yield from self._drafts(question, shown, ends)
        if shown != found.passages:
            given = f"{len(shown)} of {len(found.passages)} passages"
            if len(shown) == len(found.passages):
                given = "a part of the best passage"
            no_room = "there is no room for more in its context (DATELINE_CONTEXT_TOKENS)"
            why = no_room if fits != found.passages else "it reads slowly"
            yield Draft("", note=f"The model was given {given}: {why}.")

    def _summed_up(
        self, question: Question, passages: Sequence[Passage], room: int, ends: float
    ) -> Iterator[Draft]:
        """The answer from more passages than one prompt holds: notes on each part of them, with
        their numbers, then the answer from the notes."""
        notes: list[str] = []
        began, first = time.monotonic(), 0
        while first < len(passages) and time.monotonic() - began < NOTING_SHARE * self.deadline:
            part = fitting(passages[first:], room)
            asked = {"passages": numbered(part, first + 1), "question": question.text}
            try:
                notes.append(self.said(load_prompt("notes") | self.model, asked, ends))
            except ModelError:  # the answer tells what is wrong, or does with what was noted
                break
            first += len(part)
        taken = "\n".join(notes)
        while tokens(taken) > room:
            taken = taken[: len(taken) * 3 // 4]
        if taken:
            yield from self._drafts(question, passages, ends, taken)
        else:
            first = len(fitting(passages, room))
            yield from self._drafts(question, passages[:first], ends)
        if first < len(passages):
            yield Draft("", note=f"The model was given {first} of {len(passages)} passages.")

    def _drafts(
        self, question: Question, passages: Sequence[Passage], ends: float, notes: str | None = None
    ) -> Iterator[Draft]:
        """The answer from these passages, or from notes on them.

        Raises:
            ContextError: they are too many for the model.
            ModelError: the service failed before it gave any text.
        """
        said, end, fault = False, None, None
        yield Draft("", shown=len(passages))
        asked = _asked(question, passages) | ({"passages": notes} if notes else {})
        began = time.monotonic()
        try:
            for piece in self._pieces(load_prompt(_prompt(question)) | self.model, asked, ends):
                end = piece.end or end
                if piece.text:
                    if not said:
                        speed = tokens(asked["passages"]) / max(time.monotonic() - began, 0.01)
                        self.pace.tokens_a_second = max(self.pace.tokens_a_second, speed)
                    said = said or bool(piece.text.strip())
                    yield Draft(piece.text)
        except Exception as error:
            fault = error
        # Raised out here the error has no context, so that no traceback shows what a service said.
        if not said:
            raise self._error(fault, ends)
        if cut := str(self._error(fault, ends)) if fault else why_cut(end):
            yield Draft("", cut=cut)

    def said(self, chain: Runnable[Any, Any], asked: object, ends: float) -> str:
        """All that the model says before the moment `ends`, without what it thinks aloud.

        Raises:
            ModelError: its service failed, or it said nothing.
        """
        said, fault = "", None
        try:
            said = "".join(piece.text for piece in self._pieces(chain, asked, ends))
        except Exception as error:
            fault = error
        if fault or not said.strip():  # raised here, where no cause with a key in it comes along
            raise self._error(fault, ends)
        return redact(THOUGHT.sub("", said).strip(), tuple(filter(is_no_word, self.secrets)))

    def _pieces(self, chain: Runnable[Any, Any], asked: object, ends: float) -> Iterator[Piece]:
        return patient(lambda: pieces(chain.stream(asked)), ends)

    def _size(self, prompt: str, asked: dict[str, str]) -> int:
        return tokens(load_prompt(prompt).format(**asked)) + MESSAGE_TOKENS

    def _error(self, fault: Exception | None, ends: float) -> ModelError:
        left = ends - time.monotonic()
        if fault is None:
            return ModelError(  # how some servers (LM Studio) say that the prompt was too long
                f"The model {self.name} gave an empty answer. Ask again; if that does not help, "
                "set DATELINE_CONTEXT_TOKENS to its context length."
            )
        if isinstance(fault, DeadlineError):
            seconds = f"{round(self.deadline, 1):g} seconds (DATELINE_DEADLINE)"
            return ModelError(
                f"The service of the model {self.name} did not finish within {seconds}. Ask again, "
                "raise DATELINE_DEADLINE, or use --model quoting, which needs no service."
            )
        kind = faults.ContextError if faults.is_overflow(fault) else ModelError
        served = self.served(max(MOMENT, left)) if faults.is_unknown_model(fault) else ()
        return kind(faults.explain(fault, self.name, self.secrets, left, served))


def _asked(question: Question, passages: Sequence[Passage]) -> dict[str, str]:
    return {"refusal": REFUSAL, "passages": numbered(passages), "question": question.text}


def _prompt(question: Question) -> str:
    return "timeline" if question.timeline else "summary" if question.wide else "answer"

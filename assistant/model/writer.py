"""A chat model as a writer: what it is given, and what becomes of what it says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.deadline import DeadlineError
from assistant.faults import (
    ContextError,
    NotAModelError,
    explain,
    is_connection,
    is_overflow,
    is_unknown_model,
    status_of,
)
from assistant.model.patience import patient
from assistant.model.pieces import Piece, pieces, why_cut
from assistant.model.secrecy import without_secrets
from assistant.model.shown import (
    ANSWER_TOKENS,
    CONTEXT_TOKENS,
    conversation,
    fewer,
    fitting,
    numbered,
    tokens,
)
from assistant.prompts import load_prompt
from assistant.question import Question, Turn, understand
from assistant.results import REFUSAL, Found, Passage
from assistant.writing import Draft
from ingest.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

STANDALONE_SHARE = 0.25  # of the deadline, for rewriting a follow-up
STANDALONE_CHARACTERS = 500  # a rewritten question that is longer is no question
MESSAGE_TOKENS = 32  # that a chat template puts around the messages
MOMENT = 0.5  # seconds that are always left to ask which models there are
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class ModelWriter:
    """Writes with a chat model.

    Args:
        deadline: seconds for a whole answer: rewriting, waiting, trying again, writing.
        secrets: what must not show, whatever the service says.
        context: tokens that the model can be given.
        served: the models that the service lists within so many seconds.
    """

    name: str
    model: BaseChatModel = field(repr=False)
    deadline: float
    secrets: tuple[str, ...] = field(default=(), repr=False)
    context: int = CONTEXT_TOKENS - ANSWER_TOKENS
    served: Callable[[float], tuple[str, ...]] = field(default=lambda _: (), repr=False)

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        """Rewritten by the model; a model that fails or rambles leaves the question as it is."""
        if not any(role == "user" for role, _ in history):
            return understand(question)
        started = time.monotonic()
        room = self.context - self._size("standalone", {"history": "", "question": question})
        asked = {"history": conversation(history, room), "question": question}
        try:
            said = self._pieces("standalone", asked, started + STANDALONE_SHARE * self.deadline)
            text = _THOUGHT.sub("", "".join(piece.text for piece in said)).strip().strip('"')
        except Exception:
            text = ""
        usable = 0 < len(text) <= STANDALONE_CHARACTERS and "\n" not in text
        understood = understand(question, text if usable else question)
        return replace(understood, seconds=time.monotonic() - started)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        """The model's text as it comes; what ends without a finish reason is marked as cut.

        Passages that have no room are left out. If there was less room than known, the first half
        of them is tried, once.
        """
        ends = time.monotonic() + self.deadline - question.seconds
        room = self.context - self._size(_prompt(question), _asked(question, ()))
        shown = fitting(found.passages, room)
        overflowed = False
        try:
            yield from self._drafts(question, shown, ends)
        except ContextError:
            overflowed = True
        if overflowed:
            shown = fewer(shown)
            yield from self._drafts(question, shown, ends)
        if shown != found.passages:
            yield Draft("", note=_left_out(found.passages, shown))

    def _drafts(
        self, question: Question, passages: Sequence[Passage], ends: float
    ) -> Iterator[Draft]:
        """The answer from these passages.

        Raises:
            ContextError: they are too many for the model.
            ModelError: the service failed before it gave any text.
        """
        said, end, fault = False, None, None
        yield Draft("", shown=len(passages))
        try:
            for piece in self._pieces(_prompt(question), _asked(question, passages), ends):
                end = piece.end or end
                if piece.text:
                    said = said or bool(piece.text.strip())
                    yield Draft(piece.text)
        except Exception as error:
            fault = error
        # Raised out here the error has no context, so that no traceback shows what a service said.
        if not said:
            raise self._error(fault, ends)
        if cut := self._interrupted(fault) if fault else why_cut(end):
            yield Draft("", cut=cut)

    def _pieces(self, prompt: str, asked: dict[str, str], ends: float) -> Iterator[Piece]:
        chain = load_prompt(prompt) | self.model
        return without_secrets(patient(lambda: pieces(chain.stream(asked)), ends), self.secrets)

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
            return ModelError(
                f"{self._late()} Ask again, raise DATELINE_DEADLINE, or use --model quoting, "
                "which needs no service."
            )
        kind = ContextError if is_overflow(fault) else ModelError
        served = self.served(max(MOMENT, left)) if is_unknown_model(fault) else ()
        return kind(explain(fault, self.name, self.secrets, left, served))

    def _interrupted(self, fault: Exception) -> str:
        if isinstance(fault, DeadlineError):
            return self._late()
        if isinstance(fault, NotAModelError):
            return f"The model's service {fault}."
        if is_connection(fault) and status_of(fault) is None:
            return "The connection to the model's service was lost."
        if hasattr(fault, "body"):
            return "The model's service reported a fault in the middle of the answer."
        return "The model's service sent something that cannot be read."

    def _late(self) -> str:
        return (
            f"The service of the model {self.name} did not finish within {self.deadline:g} seconds "
            "(DATELINE_DEADLINE)."
        )


def _asked(question: Question, passages: Sequence[Passage]) -> dict[str, str]:
    return {"refusal": REFUSAL, "passages": numbered(passages), "question": question.text}


def _prompt(question: Question) -> str:
    return "timeline" if question.timeline else "answer"


def _left_out(found: Sequence[Passage], shown: Sequence[Passage]) -> str:
    if len(shown) < len(found):
        return (
            f"The model was given {len(shown)} of {len(found)} passages: there is no room for more "
            "in its context (DATELINE_CONTEXT_TOKENS)."
        )
    return (
        "The model was given a part of the best passage: there is no room for more in its context "
        "(DATELINE_CONTEXT_TOKENS)."
    )

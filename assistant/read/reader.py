"""The reader: a small trained network that says where a passage answers a question, and how sure it
is that it does. In the process, from weights that ship with the package (docs/MODEL.md).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.results import Passage
from ingest.errors import SettingError
from ingest.settings import no_telemetry

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

LONGEST = 320  # tokens of question and passage; the rest of a passage is not read
LONGEST_QUESTION = 64
LONGEST_SPAN = 24  # tokens of an answer
KEPT = 1000  # readings, of some 7 kB each with the words that they are of
NOWHERE = -20.0  # logarithm of next to no probability


@dataclass(frozen=True)
class Reading:
    """What the reader makes of one passage; `answers` is the logit of "it answers".

    Probabilities of words are given that it does; `begins` and `ends` are their natural logarithms
    for each token, `places` [tokens, 2] where it stands in the article.
    """

    answers: float
    begins: Floats = field(repr=False)
    ends: Floats = field(repr=False)
    places: Places = field(repr=False)

    def within(self, start: int, end: int) -> float:
        """Logarithm of the probability that the answer begins in `article.text[start:end]`."""
        there = self._tokens(start, end)
        return max(NOWHERE, float(np.log(np.exp(self.begins[there]).sum() + 1e-9)))

    def span(self, start: int, end: int) -> tuple[int, int, float] | None:
        """The likeliest answer that `article.text[start:end]` holds whole, and the logarithm of its
        probability; None where nothing there was read."""
        there = self._tokens(start, end)
        size = there.stop - there.start
        if size <= 0:
            return None
        pairs = self.begins[there, np.newaxis] + self.ends[np.newaxis, there]
        later = np.subtract.outer(np.arange(size), np.arange(size)).T
        pairs = np.where((later >= 0) & (later < LONGEST_SPAN), pairs, 2 * NOWHERE)
        first, last = divmod(int(pairs.argmax()), size)
        places = self.places[there]
        return int(places[first, 0]), int(places[last, 1]), float(pairs[first, last])

    def _tokens(self, start: int, end: int) -> slice:
        """The tokens whose first letters stand there."""
        low, high = np.searchsorted(self.places[:, 0], (start, end))
        return slice(int(low), int(high))


_NONE = np.zeros(0, np.float32)
UNREAD = Reading(0.0, _NONE, _NONE, np.zeros((0, 2), np.int64))


class Reader:
    """Reads passages for a question. Safe to use from several threads."""

    def __init__(self) -> None:
        """Raises:
        SettingError: the weights are damaged.
        """
        no_telemetry()
        import onnxruntime
        from tokenizers import Tokenizer

        onnxruntime.disable_telemetry_events()  # Windows knows no variable for it
        files = resources.files("assistant.read").joinpath("trained")
        sums = files.joinpath("SHA256").read_text("ascii").splitlines()
        parts: dict[str, bytes] = {}
        for digest, name in (line.split() for line in sums):
            parts[name] = files.joinpath(name).read_bytes()
            if hashlib.sha256(parts[name]).hexdigest() != digest:
                raise SettingError(f"The reader's {name} is damaged. Install Dateline again.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(2, os.cpu_count() or 1)
        # A thread that waits in a loop for the other takes twice the processor time on busy cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(
            parts["reader.onnx"], options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = Tokenizer.from_buffer(parts["tokenizer.json"])
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # A model's answer is ordered, checked and, refused, put in quotes by the same reading.
        self._read = lru_cache(maxsize=KEPT)(self._read_once)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """What each passage says to the question; its headline is read with it."""
        # One by one: together they would take eight times the memory and no less time.
        read = [self._read(question, f"{p.title.rstrip('.')}. ", p.text) for p in passages]
        return [
            replace(reading, places=reading.places + passage.start)
            for reading, passage in zip(read, passages, strict=True)
        ]

    def answers(self, question: str, text: str) -> float:
        """The logit of "it answers" of a text that stands in no article."""
        return self._read(question, "", text).answers

    def _read_once(self, question: str, lead: str, text: str) -> Reading:
        """The places are those in the text."""
        *begun, end = self._tokenizer.encode(question).ids
        asked = [*begun[:LONGEST_QUESTION], end]
        told = self._tokenizer.encode(lead + text, add_special_tokens=False)
        room = LONGEST - len(asked) - 1
        row = [*asked, *told.ids[:room], end]
        ids = np.asarray([row], np.int64)
        types = np.asarray([[0] * len(asked) + [1] * (len(row) - len(asked))], np.int64)
        given = {"ids": ids, "types": types, "mask": np.ones(ids.shape, np.bool_)}
        starts, ends, answers = self._session.run(None, given)
        places = np.asarray(told.offsets[:room], np.int64).reshape(-1, 2) - len(lead)
        body = int(np.searchsorted(places[:, 0], 0))  # not the headline
        logs = slice(len(asked) + body, len(asked) + len(places))
        return Reading(float(answers[0]), starts[0, logs], ends[0, logs], places[body:])


@lru_cache(maxsize=1)
def load_reader() -> Reader:
    """The reader, once in a process.

    Raises:
        SettingError: the weights are damaged.
    """
    return Reader()

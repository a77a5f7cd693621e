from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.read.reader import LONGEST, NOWHERE, UNREAD, Reader, load_reader
from assistant.results import Passage
from ingest.article import Article

Make = Callable[..., Passage]
BRIDGE = "The Tamber bridge opened on Monday. Mayor Ilse Brandt cut the ribbon. It cost $40 million and took six years to build."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


@pytest.fixture
def passage(make_article: Callable[..., Article]) -> Make:
    def make(text: str, title: str = "News of the day", start: int = 0) -> Passage:
        return Passage("x", make_article(title, text), start, len(text), 1.0)

    return make


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Who cut the ribbon?", "Mayor Ilse Brandt cut the ribbon.", "Ilse Brandt"),
        ("How much did the bridge cost?", "It cost $40 million and took six years to build.", "40 million"),
        ("How long did it take to build?", "It cost $40 million and took six years to build.", "six years"),
        ("When did the bridge open?", "The Tamber bridge opened on Monday.", "Monday"),
    ],
)  # fmt: skip
def test_it_finds_the_sentence_and_the_words(
    reader: Reader, passage: Make, question: str, sentence: str, words: str
) -> None:
    (found,) = reader.read(question, [passage(BRIDGE)])
    start = BRIDGE.index(sentence)
    shares = {
        text: found.within(BRIDGE.index(text), BRIDGE.index(text) + len(text))
        for text in (s if s.endswith(".") else f"{s}." for s in BRIDGE.split(". "))
    }
    assert max(shares, key=lambda text: shares[text]) == sentence
    span = found.span(start, start + len(sentence))
    assert span is not None and words in BRIDGE[span[0] : span[1]]


def test_a_passage_that_answers_is_surer_than_one_that_does_not(
    reader: Reader, passage: Make
) -> None:
    other = "The harbour of Zell was closed on Friday after a storm had torn two boats from their moorings."
    here, away = reader.read("How much did the Tamber bridge cost?", map_of(passage, BRIDGE, other))
    assert here.answers > 0 > away.answers


def map_of(passage: Make, *texts: str) -> list[Passage]:
    return [passage(text) for text in texts]


def test_offsets_are_those_of_the_article(reader: Reader, passage: Make) -> None:
    text = "Ignored – “café” 🚢 before. " * 3 + BRIDGE
    start = text.index("The Tamber")
    (found,) = reader.read("Who cut the ribbon?", [passage(text, start=start)])
    span = found.span(start, len(text))
    assert span is not None and "Ilse Brandt" in text[span[0] : span[1]]
    assert found.span(0, start) is None  # not of the passage


def test_an_answer_that_only_the_headline_gives_is_no_span(reader: Reader, passage: Make) -> None:
    (found,) = reader.read("Who won the race?", [passage("It rained.", "Ada Moll wins race")])
    span = found.span(0, 100)
    assert span is None or span[1] <= len("It rained.")


def test_several_passages_are_read_as_each_alone(reader: Reader, passage: Make) -> None:
    other = "The harbour of Zell was closed on Friday after a storm."
    together = Reader().read("Who cut the ribbon?", [passage(BRIDGE), passage(other)])
    alone = [reader.read("Who cut the ribbon?", [passage(t)])[0] for t in (BRIDGE, other)]
    for one, each in zip(together, alone, strict=True):
        assert one.answers == pytest.approx(each.answers, abs=0.4)


def test_what_was_read_for_a_question_is_not_read_again(reader: Reader, passage: Make) -> None:
    question = "Who cut the ribbon?"
    (first,) = reader.read(question, [passage(BRIDGE)])
    (again,) = reader.read(question, [passage(BRIDGE)])
    assert again.begins is first.begins
    (further,) = reader.read(question, [passage(f"It rained. {BRIDGE}", start=11)])
    assert further.begins is first.begins  # the same words of another article
    assert (further.places == first.places + 11).all()
    (other,) = reader.read("Who paid?", [passage(BRIDGE)])
    assert other.begins is not first.begins


def test_nothing_is_read_of_nothing(reader: Reader) -> None:
    assert reader.read("Who?", []) == []
    assert UNREAD.span(0, 10) is None
    assert UNREAD.within(0, 10) == NOWHERE


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who cut the ribbon?", 3.958), ("How much did the bridge cost?", 2.348),
        ("Why was the mayor sued?", -5.131), ("Who won the regatta?", -3.451),
    ],
)  # fmt: skip
def test_it_says_the_same_on_every_processor(
    reader: Reader, passage: Make, question: str, answers: float
) -> None:
    """Signed weights overflow where a processor lacks one kind of instruction: .1 and more here."""
    (found,) = reader.read(question, [passage(BRIDGE)])
    assert found.answers == pytest.approx(answers, abs=0.04)


def test_what_is_too_long_is_read_as_far_as_there_is_room(reader: Reader, passage: Make) -> None:
    text = "The sea was calm. " * 400 + "Mayor Ilse Brandt cut the ribbon."
    (found,) = reader.read("Who cut the ribbon? " * 60, [passage(text)])
    assert len(found.places) < LONGEST
    assert math.isfinite(found.answers)


@settings(max_examples=25)
@given(st.text(max_size=120), st.text(min_size=1, max_size=200))
def test_any_text_is_read(question: str, text: str) -> None:
    article = Article(key="x", source="t", title="News", text=text)
    (found,) = load_reader().read(question, [Passage("x", article, 0, len(text), 1.0)])
    span = found.span(0, len(text))
    assert math.isfinite(found.answers)
    assert NOWHERE <= found.within(0, len(text)) <= 0.001
    assert span is None or 0 <= span[0] <= span[1] <= len(text)


def test_several_threads_read_as_one(passage: Make) -> None:
    given: list[float] = []
    reader = Reader()

    def read() -> None:
        given.extend(r.answers for r in reader.read("Who cut the ribbon?", [passage(BRIDGE)]))

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 6 and max(given) - min(given) < 1e-3


def test_the_weights_are_small_and_what_their_sum_says() -> None:
    folder = resources.files("assistant.read").joinpath("trained")
    named = dict(reversed(line.split()) for line in folder.joinpath("SHA256").read_text().splitlines())  # fmt: skip
    assert named.keys() == {"reader.onnx", "tokenizer.json"}
    assert len(folder.joinpath("reader.onnx").read_bytes()) <= 30 * 2**20
    assert load_reader() is load_reader()


def test_what_it_runs_on_leaves_no_mark_and_reports_nothing(tmp_path: Path) -> None:
    """onnxruntime sends events unless it is told not to before it is imported, and keeps what it
    could not send in the home folder, beside a number for this machine."""
    home = tmp_path / "home"
    home.mkdir()
    known = {"CI", "ORT_RUNNING_UNIT_TESTS", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    environment = {k: v for k, v in os.environ.items() if k not in known} | {"HOME": str(home)}
    work = "from assistant.read.reader import Reader; Reader().read('Who won?', [])"
    subprocess.run([sys.executable, "-c", work], env=environment, check=True)
    assert not list(home.rglob("*"))

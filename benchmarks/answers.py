"""Does the quoting default quote the answer, refuse what the archive cannot hold, and stay exact?

RealTimeQA: 105 questions name the article that tells the answer, and are asked as of their day; 200
are asked as of a year before, when nothing could be known. The gates and weights were fitted on the
other questions (docs/DECISIONS.md).
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from rich.table import Table

from assistant.answer import Assistant
from assistant.evaluation.cases import contains
from assistant.read.weights import ANSWERED
from assistant.results import Answer
from assistant.words import content_terms
from benchmarks.halves import HALVES, half_of
from benchmarks.searching import columns, percentile
from ingest.archive.archive import Archive
from ingest.run import ingest
from ingest.sentences import sentences

UNANSWERABLE = 200
WORDS = 160  # of the top passages, as the peer that shows what could be quoted
SENTENCES, PASSAGES = 3, 5  # of the naive peer
THRESHOLDS = (0.2, 0.3, 0.4, ANSWERED, 0.6, 0.7, 0.8)
SEEDS = "questions.jsonl"
_CURVE = Path(__file__).with_name("curve.svg")

Questions = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """What came of questions with an answer (`gold`: the wanted strings) and without one."""

    gold: Sequence[tuple[list[str], Answer]]
    unanswerable: Sequence[Answer]

    def half(self, half: int) -> Asked:
        gold = [(wanted, a) for wanted, a in self.gold if half_of(a.question) == half]
        return Asked(gold, [a for a in self.unanswerable if half_of(a.question) == half])

    @property
    def contained(self) -> float:
        """Where an answer is given: what is only near is none."""
        told = (not a.refused and contains(a.text, wanted) for wanted, a in self.gold)
        return statistics.mean(told)

    @property
    def false_refusals(self) -> float:
        return statistics.mean(answer.refused for _, answer in self.gold)

    @property
    def refused(self) -> float:
        return statistics.mean(answer.refused for answer in self.unanswerable)

    @property
    def words(self) -> float:
        """Of quotes and of headlines that are told with them; a refusal has none."""
        return statistics.mean(0 if a.refused else _words(a) for _, a in self.gold)


def sample_table() -> Table:
    """The sample questions on the sample articles."""
    seeds = resources.files("seeds")
    lines = seeds.joinpath(SEEDS).read_text("utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        ingest([str(seeds.joinpath("articles"))], archive=f"{folder}/a")
        with Assistant.open(f"{folder}/a") as assistant:
            given = [
                (q, assistant.ask(q["question"], as_of=q["as_of"], model="quoting"))
                for q in questions
            ]
    gold = [(q["answers"], answer) for q, answer in given if not q["unanswerable"]]
    shown = _table("Sample questions, quoting")
    _add_halves(shown, Asked(gold, [answer for q, answer in given if q["unanswerable"]]))
    return shown


def tables(archive: Archive, questions: Questions) -> Iterator[Table]:
    """Quality beside two peers, then what other thresholds of refusal would bring."""
    asked = ask(archive, questions)
    shown = _table(
        f"Answers: {len(asked.gold)} answerable, {len(asked.unanswerable)} unanswerable, quoting"
    )
    _add_halves(shown, asked)
    for name, text in (
        (f"peer: {SENTENCES} sentences by shared words", _naive),
        (f"peer: first {WORDS} words of the passages", _top_words),
    ):
        texts = [(wanted, text(answer)) for wanted, answer in asked.gold]
        held = statistics.mean(contains(said, wanted) for wanted, said in texts)
        words = statistics.mean(len(said.split()) for _, said in texts)
        shown.add_row(name, f"{held:.3f}", "–", "–", f"{words:.1f}", "–")
    yield shown
    yield _curve_table(asked)
    yield _exact_table(archive, questions)


def ask(archive: Archive, questions: Questions) -> Asked:
    """Gold questions as of their day; others as of a year before, which nothing can answer."""
    assistant = Assistant(archive)
    gold = [question for question in questions if question["gold_urls"]]
    given = [
        ([q["answer"]], assistant.ask(q["question"], as_of=q["date"], model="quoting"))
        for q in gold
    ]
    step = max(1, len(questions) // UNANSWERABLE)
    before = [
        assistant.ask(q["question"], as_of=year_before(q["date"]), model="quoting")
        for q in questions[::step][:UNANSWERABLE]
    ]
    return Asked(given, before)


def curve(asked: Asked, thresholds: Sequence[float]) -> list[tuple[float, float, float]]:
    """(threshold, false refusals, refused rightly): what an answer less sure is refused."""
    sure = [answer.confidence or 0.0 for _, answer in asked.gold]
    unsure = [answer.confidence or 0.0 for answer in asked.unanswerable]
    return [
        (at, statistics.mean(s < at for s in sure), statistics.mean(s < at for s in unsure))
        for at in thresholds
    ]


def inexact(archive: Archive, questions: Questions) -> tuple[int, int, int]:
    """(answers, quotes, quotes that are not the stored text at their offsets) of all questions, as
    of their day and without."""
    assistant = Assistant(archive)
    answers = quotes = wrong = 0
    for question in questions:
        for as_of in (question["date"], None):
            answer = assistant.ask(question["question"], as_of=as_of, model="quoting")
            stored = archive.catalog.articles([c.article_id for c in answer.citations])
            texts = {each.id: each.article.text for each in stored}
            answers += 1
            for cited in answer.citations:
                quotes += 1
                wrong += texts[cited.article_id][cited.start : cited.end] != cited.quote
    return answers, quotes, wrong


def draw_curve(asked: Asked, page: Path) -> None:
    """The trade between both kinds of refusal, as an SVG file."""
    points = curve(asked, [step / 100 for step in range(1, 100)])
    path = " ".join(",".join(map(_shown, _placed(*point[1:]))) for point in points)
    x, y = map(_shown, _placed(*curve(asked, [ANSWERED])[0][1:]))
    drawn = _CURVE.read_text(encoding="utf-8")
    page.write_text(drawn.replace("PATH", path).replace("NOW", f'cx="{x}" cy="{y}"'), "utf-8")


def _placed(false: float, right: float) -> tuple[float, float]:
    return 40 + 240 * false, 20 + 240 * (1 - right)


def _shown(value: float) -> str:
    return f"{value:.1f}"


def _table(title: str) -> Table:
    names = ("writer", "answer quoted", "false refusal", "refused rightly", "words", "p50 ms")
    return columns(Table(title=title, title_justify="left"), *names)


def _add_halves(shown: Table, asked: Asked) -> None:
    _add(shown, "Dateline", asked)
    for half, said in enumerate(HALVES):
        _add(shown, f"  {said}", asked.half(half))


def _add(shown: Table, name: str, asked: Asked) -> None:
    shares = (asked.contained, asked.false_refusals, asked.refused)
    took = percentile([answer.seconds for _, answer in asked.gold], 0.5) * 1000
    shown.add_row(name, *(f"{share:.3f}" for share in shares), f"{asked.words:.1f}", f"{took:.0f}")


def _curve_table(asked: Asked) -> Table:
    shown = columns(
        Table(title="What other thresholds would refuse", title_justify="left"),
        "refused below", "false refusal", "refused rightly",
    )  # fmt: skip
    for row in curve(asked, THRESHOLDS):
        shown.add_row(*(f"{value:.3f}" for value in row))
    return shown


def _exact_table(archive: Archive, questions: Questions) -> Table:
    answers, quotes, wrong = inexact(archive, questions)
    shown = columns(
        Table(title="Quotes held against the stored text", title_justify="left"),
        "answers", "quotes", "not the stored text",
    )  # fmt: skip
    shown.add_row(f"{answers:,}", f"{quotes:,}", f"{wrong}")
    return shown


def _words(answer: Answer) -> int:
    titles = {c.title for c in answer.citations if f"“{c.title}”:" in answer.text}
    said = [*(citation.quote for citation in answer.citations), *titles]
    return sum(len(text.split()) for text in said)


def _top_words(answer: Answer) -> str:
    return " ".join(" ".join(p.text for p in answer.passages).split()[:WORDS])


def _naive(answer: Answer) -> str:
    """The sentences of the best passages that share most words with the question."""
    wanted = set(content_terms(answer.question))
    told = [
        passage.text[start:end]
        for passage in answer.passages[:PASSAGES]
        for start, end in sentences(passage.text)
    ]
    ranked = sorted(told, key=lambda text: -len(wanted & set(content_terms(text))))
    return " ".join(ranked[:SENTENCES])


def year_before(day: str) -> str:
    found = date.fromisoformat(day)
    return found.replace(year=found.year - 1, day=min(28, found.day)).isoformat()

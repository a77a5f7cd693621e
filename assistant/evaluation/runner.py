"""The questions of a file asked of an archive, one after the other, and what came of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from assistant.answer import Assistant
from assistant.evaluation.cases import Sheet, Unscored, read_sheet
from assistant.evaluation.judging import MEASURES, Floor, Measured, Outcome, judge
from ingest.errors import ModelError

Progress = Callable[[int, int], None]  # questions done, questions in all


@dataclass(frozen=True)
class Evaluation:
    """What came of a file of questions. `failed`: lines that gave no answer to score."""

    file: str
    model: str | None
    outcomes: tuple[Outcome, ...]
    failed: tuple[Unscored, ...]
    measures: dict[str, Measured]  # every one by its name, also those that nothing was given to
    floors: tuple[Floor, ...]  # held against the measures
    seconds: float
    stopped: bool = False  # before all were asked

    @cached_property
    def by_kind(self) -> dict[str, tuple[Outcome, ...]]:
        """The outcomes of each kind of question, the most frequent kind first."""
        groups: dict[str, list[Outcome]] = {}
        for outcome in self.outcomes:
            groups.setdefault(outcome.case.kind or "other", []).append(outcome)
        ranked = sorted(groups.items(), key=lambda group: -len(group[1]))
        return {kind: tuple(outcomes) for kind, outcomes in ranked}

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.why)

    @property
    def passed(self) -> bool:
        """Whether every line gave an answer and every floor is met; answers may still be wrong."""
        return not self.failed and all(floor.met for floor in self.floors)


def measures_of(outcomes: Sequence[Outcome]) -> dict[str, Measured]:
    told = {}
    for name, measure in MEASURES.items():
        given = [float(value) for outcome in outcomes for value in measure.gives(outcome)]
        told[name] = Measured(measure.sum_up(given) if given else None, len(given))
    return told


def evaluate(
    questions: str | Path | Sheet,
    assistant: Assistant,
    *,
    model: str | None = None,
    floors: Sequence[Floor] = (),
    limit: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Evaluation:
    """Ask every question and hold the answers against what is expected.

    Args:
        questions: a file of JSON lines, "-" for standard input, or what `read_sheet` gave.
        model: the chat model that answers, or "quoting"; default: the settings'.
        limit: ask only so many, the first ones.
        stop: once it is set, no further question is asked.

    Raises:
        SettingError: the file or the model cannot be used.
    """
    started = time.monotonic()
    sheet = questions if isinstance(questions, Sheet) else read_sheet(questions)
    cases = sheet.cases[:limit]
    outcomes: list[Outcome] = []
    failed = list(sheet.bad)
    for case in cases:
        if stop is not None and stop.is_set():
            break
        asked, answer, first = time.monotonic(), None, None
        try:
            for answer in assistant.stream(case.question, **case.options, model=model):
                if first is None and answer.text:
                    first = time.monotonic() - asked
            assert answer is not None
            seconds = time.monotonic() - asked
            outcomes.append(judge(case, answer, assistant.archive.catalog, seconds, first))
        except ModelError as error:
            failed.append(Unscored(case.line, str(error)))
        if progress is not None:
            progress(len(outcomes) + len(failed) - len(sheet.bad), len(cases))
    measures = measures_of(outcomes)
    return Evaluation(
        file=sheet.file,
        model=outcomes[0].answer.model if outcomes else model,
        outcomes=tuple(outcomes),
        failed=tuple(sorted(failed, key=lambda each: each.line)),
        measures=measures,
        floors=tuple(replace(each, measured=measures[each.name].value) for each in floors),
        seconds=time.monotonic() - started,
        stopped=len(outcomes) + len(failed) < len(cases) + len(sheet.bad),
    )

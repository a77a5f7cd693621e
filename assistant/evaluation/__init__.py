"""Evaluation: gold questions asked of an archive, and how well they were answered.

>>> from assistant.evaluation import evaluate
>>> with Assistant.open("my-archive") as assistant:  # doctest: +SKIP
...     print(evaluate("questions.jsonl", assistant).measures["answer-contains"].value)
"""

from __future__ import annotations

from assistant.evaluation.cases import Case, Event, Sheet, Unscored, read_sheet
from assistant.evaluation.judging import MEASURES, Floor, Measured, Outcome, read_floors
from assistant.evaluation.runner import Evaluation, evaluate

__all__ = [
    "MEASURES", "Case", "Evaluation", "Event", "Floor", "Measured", "Outcome", "Sheet",
    "Unscored", "evaluate", "read_floors", "read_sheet",
]  # fmt: skip

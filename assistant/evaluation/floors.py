"""Floors under measures: quality as a gate. For what is better when smaller, a floor is a ceiling.

Raise them, never lower them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.evaluation.cases import Case
from assistant.evaluation.judging import MEASURES
from ingest.errors import SettingError

_NOISE = 1e-9  # of floating point


@dataclass(frozen=True)
class Floor:
    """What a measure must reach, or must not exceed."""

    name: str
    value: float


@dataclass(frozen=True)
class Judged:
    """A floor held against what was measured; not met, too, when nothing was."""

    floor: Floor
    measured: float | None

    @property
    def met(self) -> bool:
        return self.measured is not None and self.short <= _NOISE

    @property
    def short(self) -> float:
        """By how much it is missed; negative when there is room."""
        value = math.nan if self.measured is None else self.measured
        difference = self.floor.value - value
        return -difference if MEASURES[self.floor.name].smaller else difference

    @property
    def text(self) -> str:
        """One sentence: which floor, whether it is met, by how much not."""
        name, floor = self.floor.name, shown(self.floor.name, self.floor.value)
        bound = "ceiling" if MEASURES[name].smaller else "floor"
        if self.measured is None:
            return f"{name} was not measured: no answer gave anything to it; its {bound} is {floor}"
        value = shown(name, self.measured)
        if self.met:
            return f"{name} is {value}; its {bound} is {floor}"
        side = "above" if MEASURES[name].smaller else "below"
        return f"{name} is {value}, {shown(name, self.short)} {side} its {bound} of {floor}"

    def as_json(self) -> dict[str, object]:
        value = None if self.measured is None else round(self.measured, 4)
        return {
            "name": self.floor.name, "floor": self.floor.value, "value": value, "met": self.met,
        }  # fmt: skip


def read_floors(given: Iterable[str]) -> tuple[Floor, ...]:
    """Floors from texts such as "answer-contains=0.95".

    Raises:
        SettingError: the name is of no measure, or the value is no number that fits it.
    """
    floors = []
    for text in given:
        name, _, written = text.partition("=")
        name = name.strip()
        if name not in MEASURES:
            raise SettingError(
                f"There is no measure {name[:40]!r}. Give --floor NAME=VALUE with one of: "
                f"{', '.join(MEASURES)}."
            )
        try:
            value = float(written)
        except ValueError:
            value = math.nan
        most = 1.0 if MEASURES[name].unit == "share" else math.inf
        if not (0 <= value <= most and math.isfinite(value)):
            form = "from 0 to 1" if most == 1 else "from 0 up"
            raise SettingError(
                f"The floor {text[:60]!r} cannot be used. Give {name} a number {form}: {name}=0.95."
            )
        floors.append(Floor(name, value))
    return tuple(floors)


def check_floors(floors: Iterable[Floor], cases: Iterable[Case]) -> None:
    """
    Raises:
        SettingError: none of the questions can give anything to a floor's measure.
    """
    asked = list(cases)
    for floor in floors:
        if not any(map(MEASURES[floor.name].wants, asked)):
            known = [name for name, each in MEASURES.items() if any(map(each.wants, asked))]
            raise SettingError(
                f"No question of the file measures {floor.name}. They measure: {', '.join(known)}."
            )


def shown(name: str, value: float) -> str:
    """A measure's value as people read it.

    >>> shown("latency-p50", 1234.5), shown("answer-contains", 0.95)
    ('1,234 ms', '0.950')
    """
    unit = MEASURES[name].unit
    return f"{value:.3f}" if unit == "share" else f"{value:,.0f} {unit}"

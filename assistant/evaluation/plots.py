"""Plots as inline SVG. `Markup.format` escapes whatever is put into them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from assistant.evaluation.floors import shown
from assistant.evaluation.judging import Outcome
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.run import Evaluation
from assistant.evaluation.scoring import mean, percentile

WIDTH = 360  # user units; as wide as a phone, so that letters keep their size there
_ROW, _BAR_LEFT, _BAR_WIDTH = 34, 4, 300
_BINS, _HEIGHT = 24, 120
_TOP, _CURVE_LEFT, _CURVE_SIDE = 24, 40, 240
_STEPS = 101  # thresholds that are drawn at most

Point = tuple[float, float]


def bars(evaluation: Evaluation) -> Markup:
    """The shares from 0 to 1, each with its floors."""
    shares = [
        (name, measured.value)
        for name, measured in evaluation.measures.items()
        if MEASURES[name].unit == "share" and measured.value is not None
    ]
    floors = [(each.floor.name, each.floor.value, each.met) for each in evaluation.judged]
    parts: list[Markup] = []
    for row, (name, value) in enumerate(shares):
        mine = [(floor, met) for floored, floor, met in floors if floored == name]
        parts += _bar(row * _ROW, name, value, mine)
    told = "; ".join(f"{name} {shown(name, value)}" for name, value in shares)
    return _svg("shares", "Shares, with floors marked", told, len(shares) * _ROW + 4, parts)


def latencies(outcomes: Sequence[Outcome]) -> Markup:
    """How many answers took how long; the last bar holds all that took longer."""
    times = [outcome.seconds * 1000 for outcome in outcomes]
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    most = max(min(max(times), 2 * p95), 1e-9)
    bins = [0] * _BINS
    for time in times:
        bins[min(_BINS - 1, int(time / most * _BINS))] += 1
    wide = (WIDTH - 8) / _BINS
    parts = [
        Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
            4 + place * wide, 10 + _HEIGHT * (1 - n / max(bins)), wide - 1, _HEIGHT * n / max(bins)
        )
        for place, n in enumerate(bins)
    ]
    end = f"{most:,.0f} ms" + (" and longer" if max(times) > most else "")
    parts += [_text(4, _HEIGHT + 26, "0 ms"), _text(WIDTH - 4, _HEIGHT + 26, end, 1)]
    parts.append(_line(4, _HEIGHT + 10, WIDTH - 4, _HEIGHT + 10, "axis"))
    told = f"{len(times):,} answers: half within {p50:,.0f} ms, 95 of 100 within {p95:,.0f} ms"
    return _svg("latency", "Time to the whole answer", told, _HEIGHT + 34, parts)


def trade(outcomes: Sequence[Outcome]) -> Markup | None:
    """What a threshold on the answers' confidence gains and costs; None where they have none."""
    curve = trade_points(outcomes)
    if not curve:
        return None
    path = " ".join("{:.1f},{:.1f}".format(*_placed(point)) for point in curve)
    x, y = _placed(_operating(outcomes))
    low, high, bottom = _CURVE_LEFT, _CURVE_LEFT + _CURVE_SIDE, _TOP + _CURVE_SIDE
    parts = [
        _line(low, bottom, high, bottom, "axis"),
        _line(low, _TOP, low, bottom, "axis"),
        Markup('<polyline class="curve" points="{}"/>').format(path),
        Markup('<circle class="now" cx="{:.1f}" cy="{:.1f}" r="5"/>').format(x, y),
        _text(low - 6, _TOP + 6, "1", 1), _text(low - 6, bottom + 4, "0", 1),
        _text(low, bottom + 18, "0"), _text(high, bottom + 18, "1", 1),
        _text(low, _TOP - 8, "refused rightly"), _text(low + 80, bottom + 18, "false refusals"),
    ]  # fmt: skip
    steps = [f"{wrongly:.2f} false, {rightly:.2f} rightly" for wrongly, rightly in curve[::10]]
    told = f"Refusals, for thresholds on the confidence from low to high: {'; '.join(steps)}"
    return _svg("trade", "What a higher threshold gains and costs", told, bottom + 26, parts)


def trade_points(outcomes: Iterable[Outcome]) -> list[Point]:
    """(false refusals, refused rightly) for each threshold, lowest first; none where no answer has
    a confidence or there is only one sort of question.

    An answer with a confidence is refused below the threshold; one without stays what it is.
    """
    sure: dict[bool, list[float]] = {True: [], False: []}
    known: set[float] = set()
    for outcome in outcomes:
        confidence = outcome.confidence
        known |= set() if confidence is None else {confidence}
        stays = -math.inf if outcome.answer.refused else math.inf
        sure[outcome.case.unanswerable].append(stays if confidence is None else confidence)
    if not known or not all(sure.values()):
        return []
    thresholds = [*_thinned(sorted(known)), math.nextafter(max(known), math.inf)]
    return [
        (mean([s < each for s in sure[False]]), mean([s < each for s in sure[True]]))
        for each in thresholds
    ]


def _thinned(values: Sequence[float]) -> Sequence[float]:
    step = max(1, math.ceil(len(values) / _STEPS))
    return values[::step]


def _operating(outcomes: Iterable[Outcome]) -> Point:
    refused: dict[bool, list[bool]] = {True: [], False: []}
    for outcome in outcomes:
        refused[outcome.case.unanswerable].append(outcome.answer.refused)
    return mean(refused[False]), mean(refused[True])


def _placed(point: Point) -> Point:
    return _CURVE_LEFT + point[0] * _CURVE_SIDE, _TOP + (1 - point[1]) * _CURVE_SIDE


def _bar(
    top: float, name: str, value: float, floors: Iterable[tuple[float, bool]]
) -> Iterator[Markup]:
    rect = Markup('<rect class="{}" x="{}" y="{}" width="{:.1f}" height="12" rx="2"/>')
    yield _text(_BAR_LEFT, top + 13, name)
    yield _text(WIDTH - 4, top + 27, shown(name, value), 1)
    yield rect.format("track", _BAR_LEFT, top + 17, _BAR_WIDTH)
    yield rect.format("bar", _BAR_LEFT, top + 17, value * _BAR_WIDTH)
    for floor, met in floors:
        x = _BAR_LEFT + floor * _BAR_WIDTH
        yield _line(x, top + 14, x, top + 32, "floor" if met else "floor missed")


def _text(x: float, y: float, text: str, to_the_left: int = 0) -> Markup:
    anchor = "end" if to_the_left else "start"
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, text
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        kind, x1, y1, x2, y2
    )


def _svg(key: str, title: str, told: str, height: float, parts: Iterable[Markup]) -> Markup:
    """`told`: the same in words, for who does not see it."""
    return Markup(
        '<svg viewBox="0 0 {w} {h:.0f}" role="img" aria-labelledby="{n}-title {n}-desc">'
        '<title id="{n}-title">{title}</title><desc id="{n}-desc">{told}</desc>{parts}</svg>'
    ).format(w=WIDTH, h=height, n=key, title=title, told=told, parts=Markup("").join(parts))

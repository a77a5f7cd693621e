"""Articles by time and publisher as a plot: inline SVG, with the same told in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from ingest.browse import DayCount

WIDTH, HEIGHT = 720, 160  # user units, of the bars
HEAD, FOOT = 26, 26  # above and below them, for what is written
MOST_BARS = 93  # a quarter by days
PUBLISHERS = 7  # with a colour of their own; the others share one
OTHERS, UNNAMED = "others", "no publisher"

Key = Callable[[date], date]


@dataclass(frozen=True)
class Step:
    """How long a bar is: its name, and the first day of the bar that a day falls into."""

    name: str
    first: Key
    after: Key  # the first day of the next bar


_STEPS = (
    Step("day", lambda d: d, lambda d: d + timedelta(1)),
    Step("week", lambda d: d - timedelta(d.weekday()), lambda d: d + timedelta(7)),
    Step(
        "month",
        lambda d: d.replace(day=1),
        lambda d: (d.replace(day=28) + timedelta(4)).replace(day=1),
    ),
    Step("year", lambda d: d.replace(month=1, day=1), lambda d: d.replace(year=d.year + 1)),
)


def plot_markup(days: Sequence[DayCount]) -> str:
    """The plot of what is chosen, or a sentence where nothing in it has a date."""
    dated = [each for each in days if each.day]
    undated = sum(each.count for each in days if not each.day)
    without = f"{undated:,} undated" if undated else ""
    if not dated:
        return f'<p class="dl-quiet">{without or "No articles to plot"}.</p>'
    step = step_for(date.fromisoformat(dated[0].day or ""), date.fromisoformat(dated[-1].day or ""))
    bars = _bars(dated, step)
    names = _names(dated)
    title = f"Articles by {step.name} and publisher"
    told = "; ".join(f"{day.isoformat()}: {sum(bar.values()):,}" for day, bar in bars if bar)
    caption = (
        f"<figcaption>{title}{f' ({without})' if without else ''}{_legend(names)}</figcaption>"
    )
    return f'<figure class="dl-plot">{caption}{_svg(bars, names, title, told)}</figure>'


def step_for(first: date, last: date) -> Step:
    """The shortest bars of which there are not too many."""
    lengths = {"day": 1, "week": 7, "month": 30, "year": 365}
    span = (last - first).days + 1
    fits = (step for step in _STEPS if span / lengths[step.name] <= MOST_BARS)
    return next(fits, _STEPS[-1])


def _bars(dated: Iterable[DayCount], step: Step) -> list[tuple[date, Counter[str]]]:
    """Every bar from the first to the last, also the empty ones."""
    counts: dict[date, Counter[str]] = {}
    for each in dated:
        day = step.first(date.fromisoformat(each.day or ""))
        counts.setdefault(day, Counter())[each.publisher or UNNAMED] += each.count
    bars, day = [], min(counts)
    while day <= max(counts):
        bars.append((day, counts.get(day, Counter())))
        day = step.after(day)
    return bars


def _names(dated: Iterable[DayCount]) -> list[str]:
    totals: Counter[str] = Counter()
    for each in dated:
        totals[each.publisher or UNNAMED] += each.count
    first = [name for name, _ in totals.most_common(PUBLISHERS)]
    return [*first, OTHERS] if len(totals) > PUBLISHERS else first


def _legend(names: Sequence[str]) -> str:
    items = "".join(
        f'<li><span class="dl-swatch dl-fill-{place}"></span>{escape(name)}</li>'
        for place, name in enumerate(names)
    )
    return f'<ul class="dl-legend">{items}</ul>'


def _svg(
    bars: Sequence[tuple[date, Counter[str]]], names: Sequence[str], title: str, told: str
) -> str:
    most = max(sum(bar.values()) for _, bar in bars)
    wide = WIDTH / len(bars)
    parts = [
        _stack(place * wide, wide, day, bar, names, HEIGHT / most)
        for place, (day, bar) in enumerate(bars)
        if bar
    ]
    first, last = bars[0][0].isoformat(), bars[-1][0].isoformat()
    foot = HEIGHT + FOOT - 6
    return (
        f'<svg viewBox="0 {-HEAD} {WIDTH} {HEAD + HEIGHT + FOOT}" role="img" '
        f'aria-labelledby="dl-plot-title dl-plot-desc">'
        f'<title id="dl-plot-title">{escape(title)}</title>'
        f'<desc id="dl-plot-desc">{escape(told)}</desc>{"".join(parts)}'
        f'<line x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}" class="dl-axis"/>'
        f'<text x="0" y="{foot}">{first}</text>'
        f'<text x="{WIDTH}" y="{foot}" text-anchor="end">{last}</text>'
        f'<text x="{WIDTH}" y="-6" text-anchor="end">{most:,} at most</text></svg>'
    )


def _stack(  # noqa: PLR0917  one bar is all of these
    x: float, wide: float, day: date, bar: Counter[str], names: Sequence[str], scale: float
) -> str:
    """The bar of one step, its publishers one upon the other."""
    parts, top = [], float(HEIGHT)
    for place, name in enumerate(names):
        count = _count(bar, name, names)
        if count:
            top -= count * scale
            parts.append(
                f'<rect class="dl-fill-{place}" x="{x + 0.5:.1f}" y="{top:.1f}" '
                f'width="{max(0.8, wide - 1):.1f}" height="{count * scale:.1f}">'
                f"<title>{day.isoformat()}: {escape(name)}, {count:,}</title></rect>"
            )
    return "".join(parts)


def _count(bar: Counter[str], name: str, names: Sequence[str]) -> int:
    if name != OTHERS:
        return bar[name]
    return sum(count for each, count in bar.items() if each not in names)

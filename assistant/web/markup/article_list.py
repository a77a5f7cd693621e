"""The archive page's table, an article with its versions, reports of what was taken in, and a plot
of the articles by time and publisher: inline SVG, with the same told in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import pairwise

from assistant.printing import Shown, changes
from assistant.results import outlet
from assistant.web.intake import shown_source
from assistant.web.markup.escaping import attribute, outside
from ingest.archive.browse import Browsed, DayCount, Facet, Row
from ingest.report import done_in_words, stored_in_words
from ingest.run import Progress, Report
from ingest.text import many

WIDTH, HEIGHT = 720, 160  # user units, of the bars
HEAD, FOOT = 26, 26  # above and below them, for what is written
MOST_BARS = 93  # a quarter by days
PUBLISHERS = 7  # with a colour of their own; the others share one
OTHERS, UNNAMED = "others", "no publisher"

Key = Callable[[date], date]


@dataclass(frozen=True)
class Step:
    """How long a bar is: its name, its days more or less, and the first day of the bar that a
    day falls into."""

    name: str
    days: int
    first: Key
    after: Key  # the first day of the next bar


_STEPS = (
    Step("day", 1, lambda d: d, lambda d: d + timedelta(1)),
    Step("week", 7, lambda d: d - timedelta(d.weekday()), lambda d: d + timedelta(7)),
    Step(
        "month",
        30,
        lambda d: d.replace(day=1),
        lambda d: (d.replace(day=28) + timedelta(4)).replace(day=1),
    ),
    Step("year", 365, lambda d: d.replace(month=1, day=1), lambda d: d.replace(year=d.year + 1)),
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
    totals: Counter[str] = Counter()
    for each in dated:
        totals[each.publisher or UNNAMED] += each.count
    names = [name for name, _ in totals.most_common(PUBLISHERS)]
    names += [OTHERS] if len(totals) > PUBLISHERS else []
    title = f"Articles by {step.name} and publisher"
    told = "; ".join(f"{day.isoformat()}: {sum(bar.values()):,}" for day, bar in bars if bar)
    legend = "".join(
        f'<li><span class="dl-swatch dl-fill-{place}"></span>{escape(name)}</li>'
        for place, name in enumerate(names)
    )
    caption = (
        f"<figcaption>{title}{f' ({without})' if without else ''}"
        f'<ul class="dl-legend">{legend}</ul></figcaption>'
    )
    return f'<figure class="dl-plot">{caption}{_svg(bars, names, title, told)}</figure>'


def step_for(first: date, last: date) -> Step:
    """The shortest bars of which there are not too many."""
    span = (last - first).days + 1
    fits = (step for step in _STEPS if span / step.days <= MOST_BARS)
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


def _svg(
    bars: Sequence[tuple[date, Counter[str]]], names: Sequence[str], title: str, told: str
) -> str:
    most = max(sum(bar.values()) for _, bar in bars)
    wide = WIDTH / len(bars)
    scale = HEIGHT / most
    parts = []
    for place, (day, bar) in enumerate(bars):
        x, top = place * wide, float(HEIGHT)
        others = sum(count for each, count in bar.items() if each not in names)
        for fill, name in enumerate(names):
            count = others if name == OTHERS else bar[name]
            if count:
                top -= count * scale
                parts.append(
                    f'<rect class="dl-fill-{fill}" x="{x + 0.5:.1f}" y="{top:.1f}" '
                    f'width="{max(0.8, wide - 1):.1f}" height="{count * scale:.1f}">'
                    f"<title>{day.isoformat()}: {escape(name)}, {count:,}</title></rect>"
                )
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


FAILURES = 50  # that are listed
_TAGS = {"-": "del", "+": "ins"}


def table_markup(found: Browsed, chosen: bool = True, may_change: bool = True) -> str:
    """Articles with what can be done to each, and the ways to the pages before and after.

    Args:
        chosen: whether some are left out.
        may_change: whether articles can be removed here.
    """
    rows, offset, size = found.articles, found.offset, found.limit
    if not rows:
        nothing = "No article fits. Change the search." if chosen else "There are no articles yet."
        above = " You can add articles above." if may_change else ""
        return f'<p class="dl-quiet">{nothing}{above}</p>'
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Date", "Headline", "Publisher"))
    body = "".join(_row(row, offset, may_change) for row in rows)
    buttons = []
    if may_change:
        buttons = [
            '<button type="button" class="dl-plain" data-pick="all">Pick all on this page</button>',
            f'<button type="button" class="dl-plain dl-delete" data-act="remove" '
            f'data-needs="pick" data-value="{offset}" data-sure="Really remove them?">'
            "Remove the picked</button>",
        ]
    if offset > 0:
        buttons.append(_page("Newer", max(0, offset - size)))
    if offset + size < found.total:
        buttons.append(_page("Older", offset + size))
    pages = f'<div class="dl-pages">{"".join(buttons)}</div>' if buttons else ""
    shown = f"{offset + 1:,} to {offset + len(rows):,} of {many(found.total, 'article')}"
    return (
        f'<table class="dl-table"><caption>{shown}</caption><thead><tr>{head}<th scope="col">'
        f'<span class="dl-hidden">Actions</span></th></tr></thead><tbody>{body}</tbody></table>'
        f"{pages}"
    )


def choices(facets: Iterable[Facet], every: str, none: str) -> list[tuple[str, str]]:
    """Facets as Gradio's dropdown takes them: (label with count, value)."""
    return [(every, ""), *((f"{f.label or none} ({f.count:,})", f.value) for f in facets)]


def article_markup(shown: Shown) -> str:
    """An article whole, with its facts and what its versions changed."""
    stored, article = shown.stored, shown.stored.article
    carried = ", ".join(copy.publisher or copy.article_id for copy in shown.copies)
    published, updated = article.published, article.updated
    told = (
        ("by", article.byline), ("publisher" if article.publisher else "agency", outlet(article)),
        ("place", article.dateline),
        ("published", f"{published.iso} (from {published.origin})" if published else "undated"),
        ("updated", updated.iso if updated else None),
        ("kind", article.kind), ("language", article.language), ("note", article.correction),
        ("credits", article.credits), ("also carried by", carried),
        ("source", shown_source(article.source)),
        ("id", f"{stored.id}, version {stored.version}"),
    )  # fmt: skip
    facts = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in told if value)
    text = "".join(f"<p>{escape(line)}</p>" for line in article.text.split("\n") if line.strip())
    steps = ""
    for (_, before), (number, after) in pairwise(shown.versions):
        items = "".join(
            f"<li><{_TAGS[sign]}>{escape(sentence)}</{_TAGS[sign]}></li>"
            for sign, sentence in changes(before, after)
        )
        items = items or "<li>The text is the same.</li>"
        steps += f"<h4>Version {number}</h4><ul>{items}</ul>"
    changed = f"<h3>What each version changed</h3>{steps}" if steps else ""
    return (
        f'<section class="dl-article" aria-label="Article" tabindex="-1">'
        f"<h2>{outside(article.title, article.url)}</h2><dl>{facts}</dl>{text}"
        f'{changed}<button type="button" class="dl-plain" data-act="close">Close'
        "</button></section>"
    )


def progress_markup(state: Progress) -> str:
    """How far the taking in of articles has come."""
    return f"<p>Reading … {escape(stored_in_words(state) or 'nothing stored yet')}</p>"


def report_markup(report: Report) -> str:
    """What was taken in, and what was not and why."""
    stopped = "Stopped. " if report.stopped else ""
    markup = (
        f"<p><strong>{stopped}{done_in_words(report)}</strong> in {report.seconds:.1f} s. The "
        f"archive holds {many(report.articles, 'article')}.</p>"
    )
    if report.failed:
        items = "".join(_item(each.source, each.reason) for each in report.failed[:FAILURES])
        more = len(report.failed) - FAILURES
        items += f"<li>… and {more:,} more</li>" if more > 0 else ""
        markup += f"<h3>Not taken in</h3><ul>{items}</ul>"
    if report.passed_over:
        items = "".join(
            _item(each.source, each.reason or "no articles in it")
            for each in report.passed_over[:FAILURES]
        )
        markup += f"<h3>Passed over</h3><ul>{items}</ul>"
    return markup


def _row(row: Row, offset: int, may_change: bool) -> str:
    day = (row.published or "undated")[:10]
    kind = f' <span class="dl-kind">{escape(row.kind)}</span>' if row.kind != "news" else ""
    version = f' <span class="dl-quiet">version {row.version}</span>' if row.version > 1 else ""
    title, key = attribute(row.title), attribute(row.article_id)
    pick = f'<input type="checkbox" name="pick" value="{key}" aria-label="Pick: {title}"> '
    remove = (
        f'<button type="button" class="dl-plain dl-delete" data-act="remove" '
        f'data-value="{offset}" data-sure="Really remove?" aria-label="Remove: {title}">Remove'
        "</button>"
    )
    return (
        f'<tr data-id="{key}"><td>{pick if may_change else ""}{escape(day)}</td>'
        f'<td><button type="button" class="dl-link" data-act="view">{escape(row.title)}</button>'
        f"{kind}{version}</td><td>{escape(row.publisher or '–')}</td>"
        f"<td>{remove if may_change else ''}</td></tr>"
    )


def _page(label: str, offset: int) -> str:
    return (
        f'<button type="button" class="dl-plain" data-act="page" data-value="{offset}">'
        f"{label}</button>"
    )


def _item(source: str, reason: str) -> str:
    return f"<li>{escape(shown_source(source))}: {escape(reason)}</li>"

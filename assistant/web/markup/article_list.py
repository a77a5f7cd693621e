"""The archive page's table and its bars by month, an article with its versions, and reports of what
was taken in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby, pairwise
from urllib.parse import quote

from assistant.printing import Shown, changes
from assistant.results import date_in_words, day_of, outlet
from assistant.web.intake import shown_source
from assistant.web.markup.escaping import button, outside
from ingest.archive.browse import NEWEST, NONE, Browsed, Choice, Facet, Row
from ingest.article import Article, Moment, Origin
from ingest.report import done_in_words
from ingest.run import Report
from ingest.text import many


def months_markup(months: Sequence[Facet], chosen: str = "") -> str:
    """A bar for each month, the years side by side; a click narrows the table to it, one more takes
    that back."""
    counts = {each.value: each.count for each in months}
    dated = sorted(counts.keys() - {NONE})
    if not dated:
        return ""
    most = max(counts[month] for month in dated)
    here = chosen if chosen in counts else dated[-1]  # where the Tab key leads
    years = range(int(dated[0][:4]), int(dated[-1][:4]) + 1)
    every = (f"{year:04}-{n:02}" for year in years for n in range(1, 13))
    shown = [month for month in every if dated[0] <= month <= dated[-1]]
    groups = ""
    for year, within in groupby([*shown, *counts.keys() & {NONE}], lambda m: m.partition("-")[0]):
        bars = [_bar(m, counts, most, chosen, here) if m in counts else "<i></i>" for m in within]
        name, row = "undated" if year == NONE else year, "".join(bars)
        groups += f'<div style="flex-grow:{len(bars)}"><div>{row}</div><small>{name}</small></div>'
    return (
        '<div class="dl-months"><p class="dl-quiet">Articles by month</p>'
        f'<div class="dl-years" role="toolbar" aria-label="Articles by month">{groups}</div></div>'
    )


def _bar(month: str, counts: Mapping[str, int], most: int, chosen: str, here: str) -> str:
    pressed, height = month == chosen, max(3, min(100, round(100 * counts[month] / most)))
    said = "undated" if month == NONE else date_in_words(month)
    return (
        f'<button type="button" data-act="month" data-name="{month}" data-walk '
        f'data-value="{"" if pressed else month}" aria-pressed="{str(pressed).lower()}" '
        f'tabindex="{0 if month == here else -1}" style="--dl-high:{height}%">'
        f"<span>{said}: {many(counts[month], 'article')}</span></button>"
    )


FAILURES = 50  # that are listed
_TAGS = {"-": "del", "+": "ins"}
_HEADS = (("date", "Date"), ("headline", "Headline"), ("publisher", "Publisher"))


def table_markup(found: Browsed, choice: Choice, may_change: bool = True) -> str:
    """The articles of a choice, and the ways to the pages before and after; to pick and remove
    some, where that may be."""
    rows, offset, size = found.articles, found.offset, found.limit
    if not rows:
        every = not any((choice.text, choice.publisher, choice.month, choice.kind))
        nothing = "There are no articles yet." if every else "No article fits. Change the search."
        above = " You can add articles above." if may_change else ""
        opens = " dl-none" if every and may_change else ""  # the form for them
        return f'<p class="dl-quiet{opens}">{nothing}{above}</p>'
    head, buttons = "", ""
    for name, label in _HEADS:
        first = NEWEST if name == "date" else name
        other = {name: f"-{name}", f"-{name}": name}.get(choice.order, first)
        way = {name: "ascending", f"-{name}": "descending"}.get(choice.order, "none")
        sort = button(label, act="sort", data_name=name, data_value=other)
        head += f'<th scope="col" aria-sort="{way}">{sort}</th>'
    if may_change:
        told = "Pick all on this page"
        head = f'<td><input type="checkbox" data-pick="all" aria-label="{told}"></td>{head}'
        sure = {"data_value": offset, "data_sure": "Really remove them?"}
        buttons = button("Remove the picked", "dl-plain dl-delete", "remove", **sure)
    if offset > 0:
        buttons += button("Back", "dl-plain", "page", data_value=max(0, offset - size))
    if offset + size < found.total:
        buttons += button("Next", "dl-plain", "page", data_value=offset + size)
    body = "".join(_row(row, may_change) for row in rows)
    shown = f"{offset + 1:,} to {offset + len(rows):,} of {many(found.total, 'article')}"
    return (
        f'<table class="dl-table"><caption>{shown}</caption><thead><tr>{head}</tr></thead>'
        f'<tbody>{body}</tbody></table><div class="dl-pages">{buttons}</div>'
    )


def choices(facets: Iterable[Facet], every: str, none: str) -> list[tuple[str, str]]:
    """Facets as Gradio's dropdown takes them: (label with count, value)."""
    return [(every, ""), *((f"{f.label or none} ({f.count:,})", f.value) for f in facets)]


def article_markup(shown: Shown, may_change: bool = True) -> str:
    """An article whole, with its facts, what its versions changed, and what can be done with it."""
    stored, article = shown.stored, shown.stored.article
    published, updated = (_dated(moment) for moment in (article.published, article.updated))
    told = (
        ("by", article.byline), ("published", published or "undated"), ("updated", updated),
        ("place", article.dateline), ("language", article.language),
        ("kind", article.kind if article.kind != "news" else None),
        ("note", article.correction), ("credits", article.credits),
        ("source", shown_source(article.source)), ("id", f"{stored.id}, version {stored.version}"),
    )  # fmt: skip
    facts = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in told if value)
    copies = " ".join(
        button(c.publisher or c.agency or c.article_id, "dl-link", "view", data_id=c.article_id)
        for c in shown.copies
    )
    facts += f"<dt>also carried by</dt><dd>{copies}</dd>" if copies else ""
    text = "".join(f"<p>{escape(line)}</p>" for line in article.text.split("\n") if line.strip())
    question = quote(f"What happened: {article.title.rstrip('.?! ')}?")
    sure = {"data_id": stored.id, "data_sure": "Really remove?"}
    does = button("Remove", "dl-plain dl-delete", "remove", **sure) if may_change else ""
    return (
        '<section class="dl-article" aria-label="Article" tabindex="-1"><div class="dl-does">'
        f'<a class="dl-ask" href="./?question={question}">Ask about this article</a>'
        f"{does}{button('Close', 'dl-plain', 'close')}</div>"
        f'<p class="dl-facts">{escape(outlet(article) or "no publisher")}</p>'
        f"<h2>{outside(article.title, article.url)}</h2><dl>{facts}</dl>{text}"
        f"{_versions(shown)}</section>"
    )


def _dated(moment: Moment | None) -> str | None:
    """ "16 July 2023, 09:10 (from the metadata)"."""
    if moment is None:
        return None
    clock = f", {moment.iso[11:16]}" if len(moment.iso) > len("2023-07-16") else ""
    return f"{day_of(moment)}{clock} ({_ORIGINS[moment.origin]})"


_ORIGINS: dict[Origin, str] = {
    "metadata": "from the metadata", "feed": "from the feed", "url": "from the address",
    "text": "from the text", "guess": "guessed from the page",
}  # fmt: skip


def _versions(shown: Shown) -> str:
    """What each version changed, and its days."""
    steps = ""
    for (_, before), (number, after) in pairwise(shown.versions):
        items = "".join(
            f"<li><{_TAGS[sign]}>{escape(sentence)}</{_TAGS[sign]}></li>"
            for sign, sentence in changes(before, after)
        )
        items = items or "<li>The text is the same.</li>"
        steps += f"<h4>Version {number}{_of(after)}</h4><ul>{items}</ul>"
    first = _of(shown.versions[0][1]) if steps else ""
    return f"<h3>What each version changed</h3><h4>Version 1{first}</h4>{steps}" if steps else ""


def _of(article: Article) -> str:
    moment = article.updated or article.published
    return f", {day_of(moment)}" if moment else ""


def report_markup(report: Report) -> str:
    """What was taken in, and what was not and why."""
    stopped = "Stopped. " if report.stopped else ""
    markup = (
        f"<p><strong>{stopped}{done_in_words(report)}</strong> in {report.seconds:.1f} s. The "
        f"archive holds {many(report.articles, 'article')}.</p>"
    )
    for head, left in (("Not taken in", report.failed), ("Passed over", report.passed_over)):
        items = "".join(
            f"<li>{escape(shown_source(each.source))}: "
            f"{escape(each.reason or 'no articles in it')}</li>"
            for each in left[:FAILURES]
        )
        more = len(left) - FAILURES
        items += f"<li>… and {more:,} more</li>" if more > 0 else ""
        markup += f"<h3>{head}</h3><ul>{items}</ul>" if left else ""
    return markup


def _row(row: Row, may_change: bool) -> str:
    day = date_in_words(row.published[:10]) if row.published else "undated"
    kind = f' <span class="dl-kind">{escape(row.kind)}</span>' if row.kind != "news" else ""
    version = f' <span class="dl-quiet">version {row.version}</span>' if row.version > 1 else ""
    title, key = escape(row.title), escape(row.article_id)
    pick = f'<td><input type="checkbox" name="pick" value="{key}" aria-label="Pick: {title}"></td>'
    return (
        f'<tr data-id="{key}">{pick if may_change else ""}<td>{escape(day)}</td>'
        f"<td>{button(row.title, 'dl-link', 'view')}{kind}{version}</td>"
        f"<td>{escape(row.publisher or '–')}</td></tr>"
    )

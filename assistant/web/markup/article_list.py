"""The archive page's table and its bars by month, an article with its versions, and reports of what
was taken in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from urllib.parse import quote

from assistant.printing import Shown, changes
from assistant.results import day_of, outlet
from assistant.web.intake import shown_source
from assistant.web.markup.escaping import attribute, button, outside
from assistant.write.quoting import date_in_words
from ingest.archive.browse import NEWEST, NONE, Browsed, Choice, Facet, Row
from ingest.article import Article, Moment, Origin
from ingest.report import done_in_words
from ingest.run import Report
from ingest.text import many


def months_markup(months: Sequence[Facet], chosen: str = "") -> str:
    """A bar for each month, the years side by side; a click narrows the table to it, one more takes
    that back."""
    counts = {each.value: each.count for each in months}
    undated = counts.pop(NONE, 0)
    if not counts:
        return ""
    first, last, most = min(counts), max(counts), max(counts.values())
    here = chosen if chosen in counts else last  # where the Tab key leads
    groups = ""
    for year in range(int(first[:4]), int(last[:4]) + 1):
        within = [f"{year:04}-{n:02}" for n in range(1, 13) if first <= f"{year:04}-{n:02}" <= last]
        bars = "".join(
            _bar(month, counts[month], most, month == chosen, month == here)
            if month in counts
            else "<i></i>"
            for month in within
        )
        groups += _group(bars, str(year), len(within))
    if undated:
        groups += _group(_bar(NONE, undated, most, chosen == NONE, chosen == NONE), "undated", 1)
    return (
        '<div class="dl-months"><p class="dl-quiet">Articles by month</p>'
        f'<div class="dl-years" role="toolbar" aria-label="Articles by month">{groups}</div></div>'
    )


def _group(bars: str, name: str, wide: int) -> str:
    return f'<div style="flex-grow:{wide}"><div>{bars}</div><small>{name}</small></div>'


def _bar(month: str, count: int, most: int, pressed: bool, here: bool) -> str:
    height = max(3, min(100, round(100 * count / most)))
    said = "undated" if month == NONE else date_in_words(month)
    return (
        f'<button type="button" data-act="month" data-name="{month}" data-walk '
        f'data-value="{"" if pressed else month}" aria-pressed="{str(pressed).lower()}" '
        f'tabindex="{0 if here else -1}" style="--dl-high:{height}%">'
        f"<span>{said}: {many(count, 'article')}</span></button>"
    )


FAILURES = 50  # that are listed
_TAGS = {"-": "del", "+": "ins"}
_HEADS = (("date", "Date"), ("headline", "Headline"), ("publisher", "Publisher"))


def table_markup(found: Browsed, choice: Choice, may_change: bool = True) -> str:
    """The articles of a choice, and the ways to the pages before and after; to pick and remove
    some, where that may be."""
    rows, offset, size = found.articles, found.offset, found.limit
    if not rows:
        every = choice == Choice(order=choice.order)
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
    if shown.copies:
        copies = "".join(
            f"{button(each.publisher or each.agency or key, 'dl-link', 'view', data_id=key)} "
            for each in shown.copies
            for key in (each.article_id,)
        )
        facts += f"<dt>also carried by</dt><dd>{copies}</dd>"
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
    title, key = attribute(row.title), attribute(row.article_id)
    pick = f'<td><input type="checkbox" name="pick" value="{key}" aria-label="Pick: {title}"></td>'
    return (
        f'<tr data-id="{key}">{pick if may_change else ""}<td>{escape(day)}</td>'
        f"<td>{button(row.title, 'dl-link', 'view')}{kind}{version}</td>"
        f"<td>{escape(row.publisher or '–')}</td></tr>"
    )

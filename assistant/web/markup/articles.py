"""The archive page's table, an article with its versions, reports of what was taken in."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from assistant.results import outlet
from assistant.versions import Version, told_sentences
from assistant.web.markup.text import attribute, outside
from assistant.web.uploads import shown_source
from ingest.article import Article, Failure
from ingest.browse import Facet, Row
from ingest.copies import Carrier
from ingest.progress import stored_in_words
from ingest.reporting import done_in_words
from ingest.rows import Stored
from ingest.run import Progress, Report
from ingest.text import many

FAILURES = 50  # that are listed


def table_markup(  # noqa: PLR0917
    rows: Sequence[Row],
    total: int,
    offset: int,
    size: int,
    chosen: bool = True,
    may_change: bool = True,
) -> str:
    """Articles with what can be done to each, and the ways to the pages before and after.

    Args:
        chosen: whether some are left out.
        may_change: whether articles can be removed here.
    """
    if not rows:
        nothing = "No article fits. Change the search." if chosen else "There are no articles yet."
        above = " You can add articles above." if may_change else ""
        return f'<p class="dl-quiet">{nothing}{above}</p>'
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Date", "Headline", "Publisher"))
    body = "".join(_row(row, offset, may_change) for row in rows)
    shown = f"{offset + 1:,} to {offset + len(rows):,} of {many(total, 'article')}"
    return (
        f'<table class="dl-table"><caption>{shown}</caption><thead><tr>{head}<th scope="col">'
        f'<span class="dl-hidden">Actions</span></th></tr></thead><tbody>{body}</tbody></table>'
        f"{_pages(total, offset, size, may_change)}"
    )


def choices(facets: Iterable[Facet], every: str, none: str) -> list[tuple[str, str]]:
    """Facets as Gradio's dropdown takes them: (label with count, value)."""
    return [(every, ""), *((f"{f.label or none} ({f.count:,})", f.value) for f in facets)]


def article_markup(stored: Stored, copies: Sequence[Carrier], versions: Sequence[Version]) -> str:
    """An article whole, with its facts and what its versions changed."""
    article = stored.article
    facts = "".join(
        f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _facts(stored, copies) if value
    )
    text = "".join(f"<p>{escape(line)}</p>" for line in article.text.split("\n") if line.strip())
    return (
        f'<section class="dl-article" aria-label="Article" tabindex="-1">'
        f"<h2>{outside(article.title, article.url)}</h2><dl>{facts}</dl>{text}"
        f'{_versions(versions)}<button type="button" class="dl-plain" data-act="close">Close'
        "</button></section>"
    )


def progress_markup(state: Progress) -> str:
    """How far the taking in of articles has come."""
    return f"<p>Reading … {escape(stored_in_words(state) or 'nothing stored yet')}</p>"


def report_markup(report: Report) -> str:
    """What was taken in, and what was not and why."""
    stopped = "Stopped. " if report.stopped else ""
    return (
        f"<p><strong>{stopped}{done_in_words(report)}</strong> in {report.seconds:.1f} s. The "
        f"archive holds {many(report.articles, 'article')}.</p>{_failures(report.failed)}"
        f"{_passed_over(report)}"
    )


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


def _pages(total: int, offset: int, size: int, may_change: bool) -> str:
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
    if offset + size < total:
        buttons.append(_page("Older", offset + size))
    return f'<div class="dl-pages">{"".join(buttons)}</div>' if buttons else ""


def _page(label: str, offset: int) -> str:
    return (
        f'<button type="button" class="dl-plain" data-act="page" data-value="{offset}">'
        f"{label}</button>"
    )


def _facts(stored: Stored, copies: Sequence[Carrier]) -> list[tuple[str, str]]:
    article = stored.article
    carried = ", ".join(copy.publisher or copy.article_id for copy in copies)
    published, updated = article.published, article.updated
    plain = (
        ("by", article.byline), ("publisher" if article.publisher else "agency", outlet(article)),
        ("place", article.dateline),
        ("published", f"{published.iso} (from {published.origin})" if published else "undated"),
        ("updated", updated.iso if updated else None),
        ("kind", article.kind), ("language", article.language), ("note", article.correction),
        ("credits", article.credits), ("also carried by", carried),
        ("source", shown_source(article.source)),
        ("id", f"{stored.id}, version {stored.version}"),
    )  # fmt: skip
    return [(name, escape(value)) for name, value in plain if value]


def _versions(versions: Sequence[Version]) -> str:
    if len(versions) < 2:  # noqa: PLR2004
        return ""
    steps = "".join(_change(number, old, new) for (_, old), (number, new) in pairwise(versions))
    return f"<h3>What each version changed</h3>{steps}"


def _change(number: int, before: Article, after: Article) -> str:
    lines = difflib.ndiff(told_sentences(before), told_sentences(after))
    changes = "".join(
        f"<li><{tag}>{escape(line[2:])}</{tag}></li>"
        for line in lines
        if (tag := {"- ": "del", "+ ": "ins"}.get(line[:2]))
    )
    return f"<h4>Version {number}</h4><ul>{changes or '<li>The text is the same.</li>'}</ul>"


def _failures(failed: Sequence[Failure]) -> str:
    items = "".join(_item(each.source, each.reason) for each in failed[:FAILURES])
    more = len(failed) - FAILURES
    if more > 0:
        items += f"<li>… and {more:,} more</li>"
    return f"<h3>Not taken in</h3><ul>{items}</ul>" if items else ""


def _passed_over(report: Report) -> str:
    items = "".join(
        _item(each.source, each.reason or "no articles in it")
        for each in report.passed_over[:FAILURES]
    )
    return f"<h3>Passed over</h3><ul>{items}</ul>" if items else ""


def _item(source: str, reason: str) -> str:
    return f"<li>{escape(shown_source(source))}: {escape(reason)}</li>"

"""The archive as a table: articles by words, publisher, month and kind, with counts that are the
catalog's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import get_args

from ingest.archive.database import Database
from ingest.archive.filters import outlet_key
from ingest.article import Kind
from ingest.errors import SettingError

NONE = "none"  # stands for articles without a publisher, or without a date
MOST = 500  # rows that are given at once over the network
_MONTH = "coalesce(strftime('%Y-%m', published_at, 'unixepoch'), 'none')"
_OUTLET = "coalesce(publisher_key, 'none')"
_ORDERS = {
    "date": "published_at IS NULL, published_at",
    "headline": "title COLLATE NOCASE",
    "publisher": "publisher IS NULL, publisher COLLATE NOCASE",
}
NEWEST = "-date"
_COLUMNS = """id, title, publisher, published, url, source, kind, version,
  (SELECT count(*) FROM chunks WHERE article_id = articles.id)"""  # as in `Row`


@dataclass(frozen=True)
class Choice:
    """What is looked at. `text`: words of headline, publisher, agency, byline or address;
    `publisher`: a name, or "none"; `month`: "2023-07" (UTC), or "none" for undated articles;
    `order`: "date", "headline" or "publisher", with a "-" before it the other way round."""

    text: str = ""
    publisher: str | None = None
    month: str | None = None
    kind: str | None = None
    order: str = NEWEST


@dataclass(frozen=True)
class Row:
    """An article as the table shows it. `published`: ISO 8601, or None."""

    article_id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None
    source: str
    kind: str
    version: int
    chunks: int


@dataclass(frozen=True)
class Facet:
    """A value that narrows the choice, and how many articles it would leave."""

    value: str  # as `Choice` takes it
    label: str
    count: int


@dataclass(frozen=True)
class Facets:
    """Values to choose from, each list counted without its own choice."""

    publishers: tuple[Facet, ...]  # those with most articles first
    months: tuple[Facet, ...]  # the newest first, undated last
    kinds: tuple[Facet, ...]


@dataclass(frozen=True)
class Browsed:
    """Articles, undated last where they are in order of time. `total`: how many there are
    altogether."""

    articles: tuple[Row, ...]
    total: int
    limit: int
    offset: int
    facets: Facets


def browse(catalog: Database, choice: Choice, limit: int = 50, offset: int = 0) -> Browsed:
    """A stretch of the articles that a choice leaves, in its order; `limit` -1: all of them.

    Raises:
        SettingError: the choice names no month, no kind or no order.
    """
    where, values = _where(choice)
    by = _ORDERS.get(choice.order.removeprefix("-"))
    if by is None:
        known = ", ".join(_ORDERS)
        raise SettingError(f"There is no order {choice.order[:40]!r}. Known: {known}.")
    way = "DESC" if choice.order.startswith("-") else "ASC"
    sql = f"SELECT {_COLUMNS} FROM articles WHERE {where} ORDER BY {by} {way}, id LIMIT ? OFFSET ?"
    rows = catalog.all(sql, *values, limit, offset)
    total = catalog.number(f"SELECT count(*) FROM articles WHERE {where}", *values)
    outlets = _counted(catalog, _OUTLET, "max(publisher)", replace(choice, publisher=None))
    months = _counted(catalog, _MONTH, _MONTH, replace(choice, month=None))
    kinds = _counted(catalog, "kind", "kind", replace(choice, kind=None))
    facets = Facets(
        tuple(sorted(outlets, key=lambda each: (-each.count, each.label.casefold()))),
        tuple(sorted(months, key=lambda each: (each.value != NONE, each.value), reverse=True)),
        tuple(sorted(kinds, key=lambda each: -each.count)),
    )
    return Browsed(tuple(Row(*row) for row in rows), total, limit, offset, facets)


def _counted(catalog: Database, value: str, label: str, choice: Choice) -> Iterator[Facet]:
    where, values = _where(choice)
    sql = f"SELECT {value} AS value, {label}, count(*) FROM articles WHERE {where} GROUP BY value"
    for row in catalog.all(sql, *values):
        yield Facet(row[0], row[1] if row[0] != NONE else "", row[2])


def _where(choice: Choice) -> tuple[str, list[object]]:
    parts, values = ["1"], list[object]()
    parts_told = ("publisher", "agency", "authors", "url")
    told = "title" + "".join(f" || ' ' || coalesce({name}, '')" for name in parts_told)
    for word in choice.text.split():
        literal = re.sub(r"[\\%_]", r"\\\g<0>", word)
        parts.append(f"({told}) LIKE ? ESCAPE '\\'")
        values.append(f"%{literal}%")
    month, kind, kinds = choice.month, choice.kind, get_args(Kind)
    if month and not re.fullmatch(rf"\d{{4}}-\d\d|{NONE}", month):
        raise SettingError(f"The month {month[:40]!r} cannot be read. Write it as 2023-07.")
    if kind and kind not in kinds:
        known = ", ".join(kinds)
        raise SettingError(f"There is no kind {kind[:40]!r} of article. Known: {known}.")
    outlet = outlet_key(choice.publisher or "")
    for place, wanted in ((_OUTLET, outlet), (_MONTH, month), ("kind", kind)):
        if wanted:
            parts.append(f"{place} = ?")
            values.append(wanted)
    return " AND ".join(parts), values

"""What `dateline show` says of the other carriers of a report."""

from __future__ import annotations

from collections.abc import Callable

from assistant.printing import Shown
from ingest.archive.archive import Archive
from ingest.article import Article

TEXT = " ".join(f"word{number} of the report" for number in range(60))


def test_show_names_the_other_carriers(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    names = ("Pier Gazette", "Tide Post", "Gull Bay News")
    articles = [
        make_article("Flood", f"{TEXT} {name}", key=name, publisher=name, published=f"2023-04-0{i}")
        for i, name in enumerate(names, start=1)
    ]
    ids = [outcome.id for outcome in archive.add(articles)]
    [stored] = archive.catalog.articles([ids[1]])
    copies = archive.catalog.copies(stored.id)
    assert Shown(stored, copies).as_json()["copies"] == [
        {"article_id": ids[0], "publisher": "Pier Gazette", "published": "2023-04-01"},
        {"article_id": ids[2], "publisher": "Gull Bay News", "published": "2023-04-03"},
    ]
    assert "also carried by Pier Gazette, Gull Bay News\n" in Shown(stored, copies).as_text()


def test_show_of_an_article_that_nobody_else_carries(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    list(archive.add([make_article("Flood", TEXT, publisher="Pier Gazette")]))
    [stored] = archive.catalog.articles()
    assert Shown(stored, archive.catalog.copies(stored.id)).as_json()["copies"] == []
    assert "also carried" not in Shown(stored, []).as_text()

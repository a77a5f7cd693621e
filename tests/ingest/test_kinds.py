"""News, opinion, analysis and live coverage are told apart; news is what says nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article
from ingest.clean import clean, kind_of

Make = Callable[..., Article]
PACKET = "https://packet.example"


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ("opinion", "opinion"), ("Op-Ed", "opinion"), ("OPED", "opinion"), ("Editorial", "opinion"),
        ("column", "opinion"), ("commentary", "opinion"), ("letters", "opinion"), ("Kommentar", "opinion"),
        ("Meinung", "opinion"), ("Leitartikel", "opinion"), ("tribune", "opinion"), ("opinión", "opinion"),
        ("analysis", "analysis"), ("Explainer", "analysis"), ("Analyse", "analysis"), ("análisis", "analysis"),
        ("Hintergrund", "analysis"), ("live", "live"), ("Liveblog", "live"), ("Liveticker", "live"),
        ("OpinionNewsArticle", "opinion"), ("AnalysisNewsArticle", "analysis"), ("LiveBlogPosting", "live"),
        ("NewsArticle", "news"), ("news", "news"), ("story", "news"), ("", "news"), (None, "news"),
        (" opinion ", "opinion"), ("opinionated", "news"),
    ],
)  # fmt: skip
def test_a_stated_kind_is_understood(stated: str | None, kind: str) -> None:
    assert kind_of(stated, None, None) == kind


@pytest.mark.parametrize(
    ("section", "kind"),
    [("Opinion", "opinion"), ("Opinion | Columnists", "opinion"), ("world/opinion", "opinion"),
     ("News > Analysis", "analysis"), ("Isles, Letters", "opinion"), ("Isles: Live", "live"),
     ("Public opinion research", "news"), ("Isles", "news"), ("|", "news"), ("Live music", "news")],
)  # fmt: skip
def test_a_section_tells_the_kind(section: str, kind: str) -> None:
    assert kind_of(None, section, None) == kind


@pytest.mark.parametrize(
    ("url", "kind"),
    [(f"{PACKET}/opinion/ferry", "opinion"), (f"{PACKET}/isles/commentisfree/ferry", "opinion"),
     (f"{PACKET}/OPINION/ferry", "opinion"), (f"{PACKET}/live/ferry", "news"), (f"{PACKET}/news/live/ferry", "live"),
     (f"{PACKET}/live-updates?x=1", "live"), (f"{PACKET}/analysis/ferry", "news"),
     (f"{PACKET}/isles/ferry-opinion", "news"), ("https://opinion.example/ferry", "news"),
     ("https://live.example", "news"), ("", "news"), ("opinion", "news")],
)  # fmt: skip
def test_a_part_of_the_address_tells_the_kind(url: str, kind: str) -> None:
    assert kind_of(None, None, url) == kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Opinion: Open the harbour", "opinion"), ("Opinion | Open the harbour", "opinion"),
        ("OPINION - Open the harbour", "opinion"), ("Op-Ed – Open the harbour", "opinion"),
        ("Kommentar: Macht den Hafen auf", "opinion"), ("Analysis: What the harbour is for", "analysis"),
        ("News analysis: What the harbour is for", "analysis"), ("Explainer: the harbour", "analysis"),
        ("Live: the ferry sails", "live"), ("Ferry sails – live updates", "live"),
        ("Ferry sails: live blog", "live"), ("Ferry sails - as it happened", "live"),
        ("Ferry sails – live", "live"), ("LIVE | The ferry sails", "live"),
        ("Opinion polls favour the harbour board", "news"),
        ("We live by the sea", "news"), ("Where the sheep live", "news"), ("Ferry sails", "news"),
        ("Column of smoke seen from the quay", "news"), ("The column: a landmark falls", "news"),
        ("Letters from the isles found in a wall", "news"), ("", "news"),
        ("Analysis of the flour finds chalk in it", "news"), ("Livestock boards the ferry", "news"),
    ],
)  # fmt: skip
def test_a_label_of_the_headline_tells_the_kind(title: str, kind: str) -> None:
    assert kind_of(None, None, None, title) == kind


@pytest.mark.parametrize(
    "title", ["Live music returns to the quay", "Live sheep may board the ferry again, board says"]
)
def test_a_headline_that_begins_with_the_word_live_is_news(title: str) -> None:
    assert kind_of(None, None, None, title) == "news"


def test_what_is_stated_wins_over_the_section_the_address_and_the_headline() -> None:
    url, title = f"{PACKET}/opinion/a", "Live: the ferry"
    assert kind_of("analysis", "Opinion", url, title) == "analysis"
    assert kind_of("story", "Analysis", url, title) == "analysis"
    assert kind_of(None, "Isles", url, title) == "opinion"
    assert kind_of(None, None, f"{PACKET}/a", title) == "live"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [({"section": "Opinion"}, "opinion"), ({"url": f"{PACKET}/opinion/a"}, "opinion"),
     ({"title": "Ferry sails – live updates"}, "live"), ({"kind": "analysis", "section": "Opinion"}, "analysis"),
     ({"title": "UPDATE 2-Opinion: Open the harbour"}, "opinion"), ({}, "news")],
)  # fmt: skip
def test_cleaning_tells_the_kind(fields: dict[str, str], kind: str, make_article: Make) -> None:
    assert clean(make_article(**fields)).kind == kind


_TEXT = st.one_of(
    st.none(), st.text(max_size=30), st.sampled_from(["Opinion", "live:", "http://[", "_ :"])
)


@given(_TEXT, _TEXT, _TEXT, _TEXT)
@settings(deadline=None, database=None, max_examples=200)
def test_anything_has_a_kind(
    stated: str | None, section: str | None, url: str | None, title: str | None
) -> None:
    assert kind_of(stated, section, url, title) in ("news", "opinion", "analysis", "live")

"""The language of an article: as its source names it, else as its words tell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archive.archive import Archive
from ingest.article import Article
from ingest.clean import clean
from ingest.run import ingest
from ingest.text import language_tag, language_told

Make = Callable[..., Article]
Write = Callable[[str, "str | bytes"], Path]


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("en", "en"), ("EN", "en"), ("en-GB", "en-GB"), ("en_GB", "en-GB"), ("en-gb", "en-GB"),
        ("EN_us", "en-US"), ("zh-hant-tw", "zh-Hant-TW"), ("zh_Hans", "zh-Hans"), ("es-419", "es-419"),
        ("deu", "deu"), ("English", "en"), ("DEUTSCH", "de"), ("Français", "fr"), ("русский", "ru"),
        (" en ", "en"), ("en_US.UTF-8", "en-US"), ("en, fr", "en"), ("de;q=0.9", "de"),
        ("", None), (None, None), ("-", None), ("x", None), ("1", None), ("english-language edition", None),
        ("unknown", None), ("Klingon", None), ("multiple languages", None),
    ],
)  # fmt: skip
def test_a_stated_language_becomes_its_tag(stated: str | None, tag: str | None) -> None:
    assert language_tag(stated) == tag


@given(
    st.one_of(
        st.text(max_size=20),
        st.from_regex(r"[a-zA-Z]{1,4}([-_][a-zA-Z0-9]{1,5}){0,3}", fullmatch=True),
    )
)
@settings(deadline=None, database=None, max_examples=200)
def test_any_stated_language_gives_a_tag_or_none(stated: str) -> None:
    tag = language_tag(stated)
    assert tag is None or re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?", tag)
    assert tag is None or language_tag(tag) == tag


TEXTS = {
    "en": "The ferry from Port Ellery sailed again on Monday, three weeks after a crane fell across its "
          "berth. Forty passengers and a flock of sheep were on board, and nobody asked for a refund."
          " The shop had run out of flour.",
    "de": "Die Fähre aus Port Ellery ist am Montag wieder ausgelaufen, drei Wochen nachdem ein Kran auf "
          "ihren Anleger gestürzt war. Vierzig Reisende und eine Herde Schafe waren an Bord."
          " Dem Laden war das Mehl ausgegangen.",
    "fr": "Le bac de Port Ellery a repris la mer lundi, trois semaines après la chute d’une grue sur son "
          "quai. Quarante passagers et un troupeau de moutons étaient à bord, et personne ne s’est plaint."
          " La farine manquait déjà.",
    "es": "El transbordador de Port Ellery zarpó de nuevo el lunes, tres semanas después de que una grúa "
          "cayera sobre su muelle. Iban a bordo cuarenta pasajeros y un rebaño de ovejas."
          " En la tienda ya no quedaba harina.",
    "ru": "Паром из Порт-Эллери снова вышел в море в понедельник, через три недели после того, как на "
          "его причал упал кран. На борту было сорок пассажиров и стадо овец, и никто не жаловался."
          " В лавке кончилась мука.",
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_the_words_of_a_text_tell_its_language(language: str) -> None:
    assert language_told(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["", "The ferry sails.", "12 " * 400, TEXTS["de"][:120], "…" * 999]
)
def test_a_text_with_few_letters_tells_nothing(text: str) -> None:
    assert language_told(text) is None


def test_cleaning_puts_the_stated_language_into_its_usual_form(make_article: Make) -> None:
    assert clean(make_article(language="de_AT")).language == "de-AT"
    assert clean(make_article(language="gibberish words")).language is None
    assert clean(make_article(text=TEXTS["de"])).language is None


@pytest.mark.parametrize(
    ("stated", "language"), [("fr-CA", "fr-CA"), (None, "de"), ("no language at all", "de")]
)
def test_a_run_asks_the_words_only_where_the_source_says_nothing(
    stated: str | None, language: str, write: Write, archive: Archive
) -> None:
    record = {"title": "Fähre fährt wieder", "text": TEXTS["de"], "language": stated}
    ingest(write("a.json", json.dumps(record)), archive)
    [stored] = archive.catalog.articles()
    assert stored.article.language == language

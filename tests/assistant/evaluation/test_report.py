"""The report page: whole, plain, and deaf to what hostile texts say."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from assistant.evaluation import Case, Evaluation, Floor, Sheet, Unscored, evaluate
from assistant.evaluation.eval_report import report_page, safe_link
from tests.assistant.evaluation.fakes import (
    BREAKOUT,
    CATALOG,
    HOSTILE,
    FakeAssistant,
    case,
    citation,
    refusal,
    told,
)
from tests.conftest import few

TAGS = frozenset(
    "html head meta title style body header main section h1 h2 p div table caption thead tbody tr "
    "th td br span figure figcaption details summary dl dt dd blockquote cite a "
    "svg desc rect line text".split()
)
LOADING = frozenset({"src", "srcset", "poster", "background", "action", "formaction", "data"})


def evaluation(*pairs: tuple[Case, object], **fields: object) -> Evaluation:
    cases = tuple(pair[0] for pair in pairs)
    script = {pair[0].question: pair[1] for pair in pairs}
    bad = fields.pop("bad", ())
    sheet = Sheet(str(fields.pop("file", "q.jsonl")), cases, bad)  # type: ignore[arg-type]
    return evaluate(sheet, FakeAssistant(script, CATALOG), **fields)  # type: ignore[arg-type]


def hostile(text: str) -> Evaluation:
    quoted = citation(
        quote=text, title=text, publisher=text, published=text, url=text, link=f"javascript:{text}"
    )
    return evaluation(
        (
            case(text or "?", answers=(text,), values=(text,), kind=text, publishers=(text,),
                 history=((text, text),), as_of=text),
            told(text, quoted, model=text, confidence=0.5),
        ),
        (case("second", kind="other kind"), told(text, quoted, model=text)),
        (case("third", kind=text), told("x")),
        file=text,
        bad=(Unscored(1, text),),
    )  # fmt: skip


def parsed(page: str) -> html.HtmlElement:
    tree = html.document_fromstring(page)
    for element in tree.iter(etree.Element):
        assert element.tag in TAGS, element.tag
        for name, value in element.attrib.items():
            assert name not in LOADING and not name.startswith("on"), name
            assert name != "href" or value.startswith(("http://", "https://")), value
    return tree


@pytest.fixture
def full() -> Evaluation:
    pairs = [
        (case("a", answers=("Friday",), articles=("one",), kind="x"),
         told("On Friday.", citation(link="https://one.example/news#:~:text=x"), confidence=0.9)),
        (case("b", unanswerable=True, line=2), refusal(confidence=0.2)),
        (case("c", unanswerable=True, line=3), told("Hm.", confidence=0.4)),
        (case("d", answers=("x",), line=4), told("Wrong.", citation(quote="No."), confidence=0.8)),
    ]  # fmt: skip
    floors = [Floor("answer-contains", 0.95), Floor("false-refusals", 0.05)]
    return evaluation(*pairs, floors=floors, bad=(Unscored(5, "it is no JSON object."),))


def test_the_page_shows_everything(full: Evaluation) -> None:
    tree = parsed(report_page(full))
    text = tree.text_content()
    for said in ("q.jsonl", "answer-contains", "0.950 missed", "0.050 met", "On Friday.",
                 "Northern Ledger", "2023-07-16", "not the stored text", "it is no JSON object.",
                 "0.450 below its floor of 0.950", "By kind of question"):  # fmt: skip
        assert said in text, said
    assert len(tree.findall(".//details")) == 4
    assert len(tree.findall(".//details[@open]")) == 2
    links = {link.get("href") for link in tree.findall(".//a")}
    assert links == {"https://one.example/news", "https://one.example/news#:~:text=x"}


def test_plots_and_tables_can_be_read_without_seeing_them(full: Evaluation) -> None:
    tree = parsed(report_page(full))
    plots = tree.findall(".//svg")
    assert len(plots) == 1
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for plot in plots:
        assert plot.get("role") == "img"
        assert set(plot.get("aria-labelledby").split()) <= set(ids)
        assert plot.find("title").text and plot.find("desc").text
    assert all(head.get("scope") in ("col", "row") for head in tree.findall(".//th"))
    assert tree.get("lang") == "en"
    assert "prefers-color-scheme: dark" in report_page(full)


def test_the_page_loads_nothing(full: Evaluation) -> None:
    page = report_page(full)
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|<link|<script|<img", page)


@pytest.mark.parametrize(
    "text", [HOSTILE, BREAKOUT, "' onload='x", "</style></title></svg>" + HOSTILE, "{{ 7*7 }}{% x %}"]
)  # fmt: skip
def test_hostile_texts_stay_texts(text: str) -> None:
    page = report_page(hostile(text))
    tree = parsed(page)
    assert text in tree.text_content()
    assert HOSTILE not in page and "<img" not in page
    assert not tree.findall(".//a")


@settings(max_examples=few(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.sampled_from("<>&\"'/=`{}%! \\scriptmg\x00\ud800"), max_size=40))
def test_no_text_becomes_markup(text: str) -> None:
    page = report_page(hostile(text))
    parsed(page.encode("utf-8", "replace").decode().replace("\x00", ""))


@pytest.mark.parametrize(
    ("link", "url", "safe"),
    [
        ("https://a.example/#:~:text=x", None, "https://a.example/#:~:text=x"),
        (None, "http://a.example/", "http://a.example/"),
        ("javascript:alert(1)", None, None),
        (" data:text/html,x", "data:x", None),
        (None, None, None),
    ],
)
def test_only_web_addresses_are_linked(link: str | None, url: str | None, safe: str | None) -> None:
    assert safe_link(citation(link=link, url=url)) == safe


def test_an_evaluation_without_answers_has_a_page() -> None:
    tree = parsed(report_page(evaluation(bad=(Unscored(1, "it has no question."),))))
    assert "it has no question." in tree.text_content()
    assert not tree.findall(".//svg")

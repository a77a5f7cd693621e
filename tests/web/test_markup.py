from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cite.citer import make_citation
from assistant.kept.conversations import Conversation, Entry, Given, Turn
from assistant.kept.told import Told, Understood
from assistant.printing import Shown
from assistant.results import NOT_SURE, Answer, Conflict, Passage, Relation, Value
from assistant.results import Entry as Event
from assistant.web.markup.answers import answer_markup as told_markup
from assistant.web.markup.answers import (
    messages,
    next_markup,
    remarks_markup,
    row_markup,
    shelf_markup,
)
from assistant.web.markup.answers import sources_markup as panel
from assistant.web.markup.article_list import (
    article_markup,
    choices,
    months_markup,
    report_markup,
    table_markup,
)
from assistant.web.markup.escaping import inert
from ingest.archive.browse import NONE, Browsed, Choice, Facet, Facets, Row
from ingest.archive.copies import Carrier
from ingest.archive.filters import Filters
from ingest.archive.rows import Stored
from ingest.article import Article, Failure, Moment
from ingest.run import Report


def browsed(row: Row) -> Browsed:
    return Browsed((row,), 1, 9, 0, Facets((), (), ()))


OURS = frozenset(
    "a section h2 q article span h3 p blockquote mark div details summary br button".split()
)
NAMES = frozenset("class href id tabindex role aria-hidden aria-label data-article".split())
HOSTILE = "<script>alert(1)</script> ![x](https://evil.test/a.png) <img src=x onerror=alert(1)> **b** \"q\" 's' & $$x$$"


def answer_about(text: str, title: str = "Title", url: str | None = None) -> Answer:
    article = Article(key="a", source="t", title=title, text=text, url=url, publisher=title)
    passage = Passage("a", article, 0, len(text), 1.0)
    citation = make_citation(1, passage)
    return Answer("Why?", "Why?", f"{text} [1]", Filters(), (citation,), "m", passages=(passage,))


def answer_markup(answer: Answer, turn: int) -> str:
    return told_markup(Told.of(answer), turn)


def sources_markup(answers: Sequence[Answer]) -> str:
    return panel([Turn(answer.question, told=Told.of(answer)) for answer in answers])


class Tags(HTMLParser):
    """The tags and addresses of some markup, as a browser would see them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_number_with_a_citation_is_a_link_into_the_sources() -> None:
    assert 'href="#src-4-1"' in answer_markup(answer_about("Words."), 4)
    assert 'id="src-4-1"' in sources_markup([*[answer_about("x")] * 4, answer_about("Words.")])


def test_the_words_that_answer_are_bold_in_the_answer_and_in_its_source() -> None:
    answer = answer_about("The ferry <Alma> sank off Melk.")
    cited = replace(answer.citations[0], marked=(10, 16))
    answer = replace(answer, text=f"“{cited.quote}” [1]", citations=(cited,))
    bold = "<strong>&lt;Alma&gt;</strong>"
    assert bold in sources_markup([answer])
    shown = answer_markup(answer, 0)
    assert shown.count("<strong>") == 1 and "<Alma>" not in shown
    assert Tags(shown).text.strip() == f"“{cited.quote}” [1]"


def test_a_short_answer_is_bold_and_comes_first() -> None:
    answer = answer_about("It sank off <Melk>.")
    short = replace(answer, text=f"<Melk>\n\n{answer.text}", short="<Melk>")
    shown = answer_markup(short, 0)
    assert shown.startswith("<strong>") and Tags(shown).text.startswith("<Melk>")


def test_a_number_without_a_citation_is_plain_text() -> None:
    shown = answer_markup(replace(answer_about("Words."), text="See [7]"), 0)
    assert "href" not in shown
    assert Tags(shown).text == "See [7]"


@pytest.mark.parametrize("markup", [answer_markup(answer_about(HOSTILE), 0)])
def test_hostile_text_in_an_answer_stays_text(markup: str) -> None:
    seen = Tags(markup)
    assert seen.tags == {"a"}
    assert HOSTILE in seen.text
    assert "*" not in markup.replace("&#42;", "")


def test_hostile_text_in_sources_stays_text() -> None:
    seen = Tags(sources_markup([answer_about(HOSTILE, title=HOSTILE)]))
    assert seen.tags <= OURS
    assert {name for name, _ in seen.attributes} <= NAMES
    assert all(v.startswith("./archive?article=") for n, v in seen.attributes if n == "href" and v)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://a.example/x", True),
        ("javascript:alert(1)", False),
        ('https://a.example/"><b>', True),
    ],
)
def test_only_web_addresses_are_linked(url: str, linked: bool) -> None:
    seen = Tags(sources_markup([answer_about("Words.", url=url)]))
    assert (("target", "_blank") in seen.attributes) is linked
    assert not any(value and value.startswith("javascript") for _, value in seen.attributes)
    assert "b" not in seen.tags
    if linked:
        assert ("rel", "noopener noreferrer") in seen.attributes


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_inert_text_shows_letter_for_letter(text: str) -> None:
    seen = Tags(inert(text))
    assert not seen.tags
    assert seen.text.split() == text.split()


def test_the_quote_is_marked_within_its_surroundings() -> None:
    text = "First sentence here. The quoted one. " + "More follows after it. " * 40
    article = Article(key="a", source="t", title="T", text=text)
    passage = Passage("a", article, 0, len(text), 1.0)
    start = text.index("The quoted")
    citation = make_citation(1, replace(passage, start=start, end=start + len("The quoted one.")))
    answer = replace(answer_about("x"), citations=(citation,), passages=(passage,))
    shown = sources_markup([answer])
    assert "First sentence here. <mark" in shown
    assert "[1]</span> The quoted one.</mark> More" in shown
    assert shown.count("More follows") < 40


def test_an_undated_article_is_called_undated() -> None:
    assert "undated" in sources_markup([answer_about("Words.")])


def test_near_articles_are_among_the_sources_and_not_in_the_remarks() -> None:
    answer = answer_about("Words.")
    refused = replace(
        answer,
        grade="refused",
        citations=(),
        near=answer.passages,
        notes=("Not an answer, but near: x",),
    )
    assert "Not an answer, but near" in sources_markup([refused])
    assert "near: x" not in remarks_markup(Told.of(refused), 0)


def differing(relation: Relation, text: str) -> Answer:
    """An answer with two values, of which the first has a hostile outlet."""
    answer = answer_about("At least 12 died.", title=HOSTILE)
    values = (Value("12", 1, HOSTILE, None), Value(HOSTILE, 1, None, None))
    return replace(answer, text=text, conflict=Conflict(relation, values))


@pytest.mark.parametrize(("relation", "lead"), [("superseded", "The figure changed"),
                                                ("disputed", "Reports differ")])  # fmt: skip
def test_values_that_differ_are_rows_each_with_its_number(relation: Relation, lead: str) -> None:
    text = f"{lead}: 12 (Gull) [1], later x (Kite) [1]\n\nGull: “At least 12 died.” [1]"
    told = Told.of(differing(relation, text))
    shown = answer_markup(differing(relation, text), 3)
    assert shown.startswith("<table") and shown.count(lead) == 1 and "later" not in shown
    assert shown.count("<tr>") == 3 and shown.count('href="#src-3-1"') == 3
    assert ("latest" in shown) is (relation == "superseded")
    assert "script" not in Tags(shown).tags and HOSTILE in Tags(shown).text
    growing = told_markup(replace(told, complete=False), 3)
    assert growing.startswith("<table") and "latest" not in growing
    assert not told_markup(replace(told, conflict=None), 3).startswith("<table")  # an older one


def test_values_that_a_model_did_not_tell_are_rows_under_its_answer() -> None:
    answer = replace(differing("disputed", "Twelve died [1]."), notes=("Reports differ: 12 [1].",))
    assert "<table" not in answer_markup(answer, 0)
    shown = remarks_markup(Told.of(answer), 0)
    assert "<table" in shown and "dl-note" not in shown.partition("</table>")[2]


def test_events_are_points_on_a_line_each_of_which_leads_to_its_quote() -> None:
    answer = answer_about(f"It sank.\n\n{HOSTILE}", title=HOSTILE)
    shown = answer_markup(replace(answer, timeline=(Event("2023-07", "x", 1),)), 2)
    assert "\n" not in shown and shown.count("<li>") == 1
    assert '<a class="cite" href="#src-2-1" title="source 1">July 2023 [1]</a>' in shown
    seen = Tags(shown)
    assert not seen.tags & {"script", "img", "b"} and HOSTILE in seen.text


def test_notes_are_lines_with_a_sign_and_their_numbers_lead_to_the_quotes() -> None:
    notes = (
        "As of 1 July 2023: nothing later.", "The newest source is of 2 June 2023.",
        "Note on [1]: <b>It was Monday</b>.", "[7] is opinion.",
    )  # fmt: skip
    shown = remarks_markup(Told.of(replace(answer_about("Words."), notes=notes)), 5)
    for sign in ("as-of", "newest", "corrected", "about"):
        assert f'<li class="dl-note dl-{sign}">' in shown
    assert shown.count('href="#src-5-1"') == shown.count("href") == 1
    assert "<b>It was Monday</b>" in Tags(shown).text and "b" not in Tags(shown).tags


def test_what_nobody_is_sure_of_is_said_above_it() -> None:
    text = f"{NOT_SURE}\n\nGull: “Words.” [1]"
    shown = answer_markup(replace(answer_about("Words."), text=text, grade="near"), 0)
    assert shown.startswith('<span class="dl-note dl-unsure">')
    assert Tags(shown).text == text


def test_words_after_a_mark_keep_their_distance() -> None:
    answer = replace(answer_about("Words."), text="Six [1] against seven [1], later eight [1]")
    assert Tags(answer_markup(answer, 0)).text == "Six [1] against seven [1], later eight [1]"


def test_an_article_that_is_quoted_twice_is_shown_once() -> None:
    text = "The ferry sank on Monday. Nobody was hurt. Divers look for the bell."
    article = Article(key="a", source="t", title="T", text=text)
    passage = Passage("a", article, 0, len(text), 1.0)
    both = (
        make_citation(1, replace(passage, end=25)),
        make_citation(2, replace(passage, start=26, end=42)),
    )
    answer = replace(answer_about("x"), citations=both, passages=(passage,))
    shown = sources_markup([answer])
    assert shown.count("<article") == 1
    assert 'id="src-0-1"' in shown and 'id="src-0-2"' in shown
    assert shown.count("<blockquote") == 1
    assert Tags(shown).text.count("Divers look for the bell.") == 1


def test_a_source_names_who_else_carries_it_its_place_kind_update_and_correction() -> None:
    text = "The ferry sank."
    article = Article(
        key="a", source="t", title="T", text=text, publisher="Tide Post", dateline="OSLO",
        kind="opinion", correction="It sank on Monday.", authors=("Jo Hale",),
        published=Moment("2023-07-16", "metadata"), updated=Moment("2023-07-18", "metadata"),
    )  # fmt: skip
    passage = Passage("a", article, 0, len(text), 1.0, also_in=("Gull", "<b>Kite</b>"))
    answer = replace(answer_about("x"), citations=(make_citation(1, passage),), passages=(passage,))
    shown = Tags(sources_markup([answer])).text
    for said in (
        "Tide Post", "16 July 2023", "OSLO", "by Jo Hale", "opinion", "updated 18 July 2023",
        "also carried by Gull, <b>Kite</b>", "Corrected: It sank on Monday.",
    ):  # fmt: skip
        assert said in shown


def test_messages_show_what_is_growing_what_failed_and_what_is_done() -> None:
    told = Told.of(answer_about("Words."))
    turns = [
        Turn("One?", told=told),
        Turn("Two?", error="The model is <b>down</b>."),
        Turn("Three?"),
    ]
    said = [each["content"] for each in messages(turns, working=True)]
    assert "#copy-plain-0" in said[1]
    assert Tags(said[3]).text == "The model is <b>down</b>."
    assert said[5] == "…"
    assert "no answer yet" in messages(turns)[5]["content"]
    assert "#copy-plain" not in messages([Turn("One?", told=told)], working=True)[1]["content"]


def test_chips_tell_what_is_in_force_and_can_be_taken_away() -> None:
    told = replace(
        Told.of(answer_about("Words.")),
        understood=(
            Understood("time", ("2023-07-01", "2023-07-31"), ("in July",)),
            Understood("publisher", ("<i>Gull</i>",), ("Gull",)),
            Understood("author", ("Jo <b>Hale</b>",), ("Jo",)),
        ),
        as_of="2023-08-01",
    )
    turn = Turn("Why?", Given(ignore=("kind",)), told)
    markup = row_markup(Conversation("<key>", "T", (turn,)))
    seen = Tags(markup)
    for label in ("as of 2023-08-01", "2023-07-01 to 2023-07-31", "by <i>Gull</i>",
                  "written by Jo <b>Hale</b>", "kind not read"):  # fmt: skip
        assert label in seen.text
    assert not {"i", "b", "key"} & seen.tags
    acts = [value for name, value in seen.attributes if name == "data-act"]
    assert acts.count("remove") == 4 and acts.count("change") == 3 and acts.count("restore") == 1
    given = replace(turn, given=Given(as_of="2023-07-09"))  # what is set by hand, its field shows
    assert "as of 2023" not in row_markup(Conversation("key", "T", (given,)))


def test_a_row_without_a_conversation_has_the_filters_alone() -> None:
    markup = row_markup(Conversation())
    for said in ("any time", "all outlets", "as of"):
        assert f">{said}</button>" in markup
    assert 'data-act="again"' not in markup and "export" not in markup


@pytest.mark.parametrize(
    "markup",
    [
        shelf_markup([Entry(HOSTILE, HOSTILE, "2023-01-01")], HOSTILE),
        next_markup([HOSTILE], "Ask next"),
        table_markup(browsed(Row(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 2, 1)), Choice()),
        report_markup(Report(failed=[Failure(HOSTILE, HOSTILE)], seconds=0.1)),
        article_markup(Shown(
            Stored("x", 2, Article(key="x", source=HOSTILE, title=HOSTILE, text=HOSTILE, publisher=HOSTILE)),
            (), [(1, Article(key="x", source="s", title="T", text="Old.")),
                 (2, Article(key="x", source="s", title=HOSTILE, text=HOSTILE))],
        )),
    ],
)  # fmt: skip
def test_hostile_names_stay_text_everywhere(markup: str) -> None:
    seen = Tags(markup)
    assert not seen.tags & {"script", "img", "b"}
    assert not {name for name, _ in seen.attributes} & {"onerror", "src"}
    assert "alert(1)" in seen.text or "alert(1)" in str(seen.attributes)


def test_each_month_with_articles_is_a_bar_and_the_others_are_gaps() -> None:
    months = [Facet("2023-01", "2023-01", 8), Facet("2022-11", "2022-11", 2), Facet(NONE, "", 1)]
    shown = months_markup(months, "2023-01")
    seen = Tags(shown)
    for said in ("November 2022: 2 articles", "January 2023: 8 articles", "undated: 1 article"):
        assert said in seen.text
    assert shown.count("<i>") == 1 and shown.count("<button") == 3 == shown.count("<small")
    assert ("data-value", "2022-11") in seen.attributes and ("data-value", "") in seen.attributes
    assert shown.count('tabindex="0"') == 1 == shown.count('aria-pressed="true"')
    assert months_markup([Facet(NONE, "", 7)]) == "" == months_markup([])


@pytest.mark.parametrize(
    ("order", "column", "way", "next_"),
    [("-date", "date", "descending", "date"), ("date", "date", "ascending", "-date"),
     ("headline", "headline", "ascending", "-headline"), ("headline", "date", "none", "-date")],
)  # fmt: skip
def test_heads_of_columns_tell_the_order_and_turn_it(
    order: str, column: str, way: str, next_: str
) -> None:
    row = Row("a", "Title", None, None, None, "news", "s", 1, 1)
    shown = table_markup(browsed(row), Choice(order=order))
    head = f'data-act="sort" data-name="{column}" data-value="{next_}"'
    assert f'aria-sort="{way}"><button type="button" {head}' in shown


def test_facets_become_choices_with_their_counts() -> None:
    facets = [Facet("gull", "Gull", 1200), Facet("none", "", 3)]
    assert choices(facets, "All", "no publisher") == [
        ("All", ""), ("Gull (1,200)", "gull"), ("no publisher (3)", "none"),
    ]  # fmt: skip


def test_a_verdict_is_marked_on_the_answer_it_is_about() -> None:
    turns = [Turn("Q?", told=Told.of(answer_about("Text."))) for _ in range(2)]
    said = [each["content"] for each in messages(turns, ratings={1: "bad"})]
    assert "✓" not in said[1]
    for verdict in ("✓ Bad answer", "Good answer"):
        assert f'title="{verdict}">{verdict}</a>' in said[3]


def test_a_table_for_who_may_not_change_it_has_no_way_to_remove() -> None:
    row = Row("a", "Title", None, None, None, "news", "s", 1, 1)
    assert 'data-act="remove"' in table_markup(browsed(row), Choice())
    shown = table_markup(browsed(row), Choice(), may_change=False)
    assert "remove" not in shown.lower() and "pick" not in shown and "1 to 1 of 1 article<" in shown


def test_an_article_tells_where_its_days_were_read_and_who_else_carries_it() -> None:
    article = Article(
        key="x", source="s", title="Why <b>? Really?", text="Words.",
        published=Moment("2023-07-16T09:10:00+00:00", "feed"), updated=Moment("2023-07-18", "url"),
    )  # fmt: skip
    shown = Shown(Stored("x", 1, article), [Carrier("y", "<i>Kite</i>")])
    seen = Tags(article_markup(shown))
    for said in ("16 July 2023, 09:10 (from the feed)", "18 July 2023 (from the address)",
                 "<i>Kite</i>"):  # fmt: skip
        assert said in seen.text
    assert ("data-id", "y") in seen.attributes and not seen.tags & {"b", "i"}
    asked = "./?question=What%20happened%3A%20Why%20%3Cb%3E%3F%20Really%3F"
    assert ("href", asked) in seen.attributes
    assert "remove" not in article_markup(shown, may_change=False).lower()

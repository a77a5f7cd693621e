"""What publishers say of their own errors leaves headline and text, and no other word does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article
from ingest.clean import clean, is_note, take_notes, unmark

Make = Callable[..., Article]
STORY = [
    "The ferry from Port Ellery sailed again on Monday, three weeks after a crane fell on it.",
    "Forty passengers and a flock of sheep were on board, and nobody asked for a refund.",
    "The harbour board has promised a second berth before the winter, but not who pays for it.",
    "Islanders had lived on what two fishing boats could carry, and the shop had run out of flour.",
]


@pytest.mark.parametrize(
    ("title", "headline", "mark"),
    [
        ("UPDATE 2-Ferry sails again", "Ferry sails again", "UPDATE 2"),
        ("UPDATE 1 - Ferry sails again", "Ferry sails again", "UPDATE 1"),
        ("CORRECTED-Ferry sails again", "Ferry sails again", "CORRECTED"),
        ("CORRECTED-UPDATE 3-Ferry sails again", "Ferry sails again", "CORRECTED-UPDATE 3"),
        ("REFILE-UPDATE 1-Ferry sails again", "Ferry sails again", "REFILE-UPDATE 1"),
        ("WRAPUP 4-Ferry sails again", "Ferry sails again", "WRAPUP 4"),
        ("RPT-Ferry sails again", "Ferry sails again", "RPT"),
        ("CORRECTION: Ferry sails again", "Ferry sails again", "CORRECTION"),
        ("CLARIFICATION – Ferry sails again", "Ferry sails again", "CLARIFICATION"),
        ("Update: Ferry sails again", "Ferry sails again", "UPDATE"),
        ("(Updated): Ferry sails again", "Ferry sails again", "UPDATE"),
        ("Updated - Ferry sails again", "Ferry sails again", "UPDATE"),
    ],
)
def test_a_mark_leaves_the_headline(title: str, headline: str, mark: str) -> None:
    assert unmark(title) == (headline, mark)


@pytest.mark.parametrize(
    "title",
    ["Ferry sails again", "Update on the ferry: it sails", "Corrected figures show more sheep",
     "UPDATE 2-", "UPDATE", "", "Correction officers strike", "Repeat - a song of the isles - returns",
     "Updates: none"],
)  # fmt: skip
def test_a_headline_without_a_mark_stays_whole(title: str) -> None:
    assert unmark(title) == (title, None)


NOTES = [
    "Correction: The ferry was built in 1961, not in 1916 as was said here at first.",
    "CORRECTION (3 July): The ferry was built in 1961.",
    "Correction, July 3, 2021: The ferry was built in 1961.",
    "Corrections and clarifications: The ferry was built in 1961.",
    "Clarification: The ferry has two funnels, of which one is painted on.",
    "Editor's note: The ferry was built in 1961.",
    "Editor’s Note — The ferry was built in 1961.",
    "Erratum: The ferry was built in 1961.",
    "Korrektur: Die Fähre wurde 1961 gebaut, nicht 1916.",
    "Berichtigung: Die Fähre wurde 1961 gebaut.",
    "Rectificatif : le bac date de 1961 et non de 1916.",
    "Corrección: el barco es de 1961.",
    "*Correction: The ferry was built in 1961.*",
    "This article was amended on 3 July 2021 to say that the ferry was built in 1961.",
    "This story has been corrected to show that the ferry was built in 1961.",
    "This article has been updated with the words of the harbour board.",
    "The headline of this article was later corrected.",
    "An earlier version of this article said that the ferry was built in 1916.",
    "A previous version of this story misspelled the name of the ferry.",
    "An earlier article incorrectly said that the ferry was built in 1916.",
    "• This article was amended on 3 July 2021.",
]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("at_top", [True, False])
def test_a_note_moves_from_the_text_into_its_field(
    note: str, at_top: bool, make_article: Make
) -> None:
    lines = [note, *STORY] if at_top else [*STORY, note]
    article = clean(make_article(text="\n\n".join(lines)))
    assert article.correction == note.strip()
    assert article.text == "\n\n".join(STORY)


@pytest.mark.parametrize(
    "line",
    ["(Corrects day in second paragraph)", "(Adds quote of the mate, details)", "(Updates with sailing)",
     "(Refiles to fix the spelling of the isle)", "(Recasts first paragraph, adds the sheep)",
     "(Clarifies that the crane was empty).", "(Removes a word too many in paragraph 4)"],
)  # fmt: skip
def test_a_line_in_brackets_counts_above_the_story_only(line: str, make_article: Make) -> None:
    above = clean(make_article(text="\n\n".join([line, *STORY, *STORY])))
    assert above.correction is not None and above.correction in line
    assert above.text == "\n\n".join([*STORY, *STORY])
    assert clean(make_article(text="\n\n".join([*STORY, *STORY, line]))).text.endswith(line)


def test_mark_and_notes_are_kept_together(make_article: Make) -> None:
    text = "\n\n".join(["(Corrects year)", *STORY, NOTES[0], NOTES[-1]])
    article = clean(make_article(title="CORRECTED-Ferry sails again", text=text))
    assert article.title == "Ferry sails again"
    assert article.correction == f"CORRECTED; Corrects year; {NOTES[0]}; {NOTES[-1]}"
    assert article.text == "\n\n".join(STORY)


def test_a_correction_that_the_source_states_is_kept(make_article: Make) -> None:
    text = "\n\n".join([*STORY, NOTES[0]])
    article = clean(make_article(text=text, correction="Year of the ferry"))
    assert article.correction == "Year of the ferry"


def test_a_story_without_a_note_has_no_correction(make_article: Make) -> None:
    article = clean(make_article(text="\n\n".join(STORY)))
    assert (article.correction, article.text) == (None, "\n\n".join(STORY))


def test_a_text_of_nothing_but_corrections_is_a_story(make_article: Make) -> None:
    text = "\n\n".join(NOTES[:3])
    article = clean(make_article(title="Corrections", text=text))
    assert (article.text, article.correction) == (text, None)


def test_a_note_in_the_midst_of_a_long_story_stays() -> None:
    lines = [*STORY, *STORY, NOTES[0], *STORY, *STORY]
    assert take_notes(lines) == (lines, [])


@pytest.mark.parametrize(
    "line",
    [
        "The correction of the chart took forty years, and three surveyors died over it.",
        "Corrections officers on the isle went on strike on Monday.",
        "This ferry was corrected for its list by moving the sheep to the other side.",
        "The story of the crane has been told by everyone who was on the quay that day.",
        "The board said: “Correction: we have no money.”",
        "(He laughed as he said so.)",
        "Note: the ferry sails at nine.",
        f"Correction: {'the ferry was built in 1961, and ' * 40}that is all.",
        "",
    ],
)
def test_a_sentence_of_the_news_is_no_note(line: str) -> None:
    assert not is_note(line, at_top=True)
    assert not is_note(line)


@pytest.mark.parametrize(
    "line",
    [
        "An earlier version of the crane fell in 1961, and nobody was hurt then either.",
        "An earlier version of the bill would have closed the harbour for ten years, its author said.",
        "The report was updated on Monday and now counts forty dead sheep, the ministry said.",
        "The story was corrected by the minister himself, who told the court that he had lied.",
    ],
)
def test_a_sentence_about_versions_and_reports_of_others_is_no_note(
    line: str, make_article: Make
) -> None:
    assert line in clean(make_article(text="\n\n".join([*STORY, line]))).text


_LINES = [
    *STORY,
    *NOTES,
    "",
    "(Corrects day)",
    "Isles",
    "A word.",
    "By Ida Holm",
    "SALTHOLM (AP) — It rained all day.",
]


@given(st.lists(st.one_of(st.sampled_from(_LINES), st.text(max_size=30)), max_size=14))
@settings(deadline=None, database=None, max_examples=300)
def test_every_line_of_any_text_is_either_kept_or_a_note(lines: list[str]) -> None:
    kept, notes = take_notes(lines)
    rest = iter(lines)
    assert all(line in rest for line in kept)  # in their order
    assert len(kept) + len(notes) == len(lines)
    assert all(any(note in line for line in lines) for note in notes)
    assert any(line.strip() for line in kept) == any(line.strip() for line in lines)


@given(st.lists(st.sampled_from([*STORY, *NOTES, "(Corrects day)", ""]), max_size=12))
@settings(deadline=None, database=None, max_examples=200)
def test_the_words_of_a_story_never_vanish_in_cleaning(lines: list[str]) -> None:
    article = clean(Article(key="a", source="a", title="Ferry", text="\n\n".join(lines)))
    for line in STORY:
        assert article.text.count(line) == lines.count(line)


@pytest.mark.parametrize(
    "line",
    [
        "“Follow me,” he said.",
        "“Share this bread,” she said.",
        "Follow us, they cried.",
        "Compiled by hand over forty years, the chart was lost with the ship.",
        "Written by monks on the isle, the book burned in 1640.",
        "Edited by her son from forty reels, the film won nothing at all.",
    ],
)
def test_a_sentence_of_the_story_stays_in_the_text(line: str, make_article: Make) -> None:
    assert line in clean(make_article(text="\n\n".join([*STORY, line]))).text


@given(st.text(max_size=60))
@settings(deadline=None, database=None, max_examples=300)
def test_any_headline_is_itself_or_what_follows_its_mark(title: str) -> None:
    headline, mark = unmark(title)
    assert title.endswith(headline)
    assert bool(mark) == (headline != title)

"""From drafts to the answer: marks, statements, notes, refusals, secrets, conflicts, timelines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from assistant.answer import Assistant
from assistant.cite.composer import Composer, is_refusal
from assistant.cite.support import NO_SOURCE, NOT_FOUND
from assistant.results import REFUSAL, Answer, AnswerJson, Passage
from assistant.write.draft import Draft
from ingest.archive.archive import Archive
from ingest.archive.filters import Filters
from ingest.article import Article, Moment
from ingest.errors import ModelError

DAM = "The dam broke on Tuesday. About 40 villages were flooded. Rescue teams came by boat."
SEA = "The ferry was late. Nobody was hurt."
FIRST, SECOND = "The dam broke on Tuesday.", "About 40 villages were flooded."


class Judge:
    """Supports what is not called wrong; of what rains nobody knows anything."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def of(self, claim: str, cited: Sequence[Passage], asked: str = "") -> float:
        self.asked.append((claim, tuple(e.article.text[e.start : e.end] for e in cited)))
        return 0.1 if "wrong" in claim or "rained" in claim else 0.9


def passage(key: str, text: str, **fields: Any) -> Passage:
    moment = Moment(fields.pop("published", "2023-07-18"), "metadata")
    article = Article(key=key, source="s", title=f"T {key}", text=text, published=moment, **fields)
    return Passage(key, article, 0, len(text), 1.0)


PASSAGES = (passage("a", DAM, publisher="Tide Post"), passage("b", SEA, publisher="Gull"))


def composer(
    passages: Sequence[Passage] = PASSAGES,
    secrets: Sequence[str] = (),
    judge: Judge | None = None,
    notes: tuple[str, ...] = (),
) -> Composer:
    blank = Answer(
        "Q?", "Q?", "", Filters(), (), "m", notes=notes, complete=False,
        passages=tuple(passages),
    )  # fmt: skip
    support: Any = judge or Judge()
    return Composer(blank, lambda: support, conflict=lambda _: None, secrets=secrets)


def answers(drafts: Iterable[Draft], **options: Any) -> list[Answer]:
    return list(composer(**options).answers(drafts))


def last(*texts: str, **options: Any) -> Answer:
    return answers(map(Draft, texts), **options)[-1]


def quoted(text: str, quote: str, **fields: Any) -> Draft:
    start = DAM.index(quote)
    return Draft(text, replace(PASSAGES[0], start=start, end=start + len(quote)), **fields)


# Marks and statements ---------------------------------------------------------------------------


def test_marks_become_citations_and_sentences_statements() -> None:
    judge = Judge()
    answer = last(
        "The dam broke on Tu",
        "esday [1]. The ferry was late [2",
        "]. It is wrong [1].",
        judge=judge,
    )
    assert answer.text == (
        f"The dam broke on Tuesday [1]. The ferry was late [2]. It is wrong [1]. {NOT_FOUND}"
    )
    assert [(c.number, c.quote) for c in answer.citations] == [
        (1, FIRST),
        (2, "The ferry was late."),
    ]
    assert [(s.citations, s.standing) for s in answer.statements] == [
        ((1,), "supported"), ((2,), "supported"), ((1,), "not found"),
    ]  # fmt: skip
    assert judge.asked[1] == ("The ferry was late.", ("The ferry was late.",))
    assert answer.notes[-1] == "1 of 3 sentences not found in the source that is cited for it."
    assert answer.complete and not answer.refused and answer.confidence is None


def test_an_answer_without_a_source_says_so_once() -> None:
    answer = last("It rained all day on Tuesday.")
    assert answer.text == f"It rained all day on Tuesday. {NO_SOURCE}"
    assert answer.notes == ("No source is cited: nothing in this answer was checked.",)
    assert [s.standing for s in answer.statements] == ["uncited"]


def test_an_answer_of_which_its_sources_say_nothing_is_near() -> None:
    answer = last("That is wrong [1]. It rained [2].")
    assert answer.grade == "near" and answer.refused
    assert len(answer.citations) == 2 and answer.text.count(NOT_FOUND) == 2
    assert last("That is wrong [1]. The ferry was late [2].").grade == "answered"


def test_a_short_answer_by_itself_is_given_the_best_of_the_sources_that_say_it() -> None:
    both = (passage("c", "The ferry left. About 40 villages were flooded."), *PASSAGES)
    answer = last("40 villages.", passages=both)
    assert answer.text == "40 villages [1]." and answer.grade == "answered"
    assert answer.citations[0].article_id == "c" and answer.citations[0].quote == SECOND
    assert last("It is so.").grade == "near"


class Held(Judge):
    """Supports what stands in the cited words, letter for letter."""

    def of(self, claim: str, cited: Sequence[Passage], asked: str = "") -> float:
        words = [each.article.text[each.start : each.end].rstrip(".") for each in cited]
        return 0.9 if claim.rstrip(".!") in words else 0.1


def test_what_names_no_source_or_a_wrong_one_is_given_the_right_one() -> None:
    text = "The ferry was late. About 40 villages were flooded [2]! It rained [1]. Nobody was hurt"
    answer = last(f"{text} [2].", judge=Held())
    assert answer.text == (
        "The ferry was late [1]. About 40 villages were flooded [4]! "
        f"It rained [2]. {NOT_FOUND} Nobody was hurt [3]."
    )
    quotes = {citation.number: citation.quote for citation in answer.citations}
    assert quotes[1] == "The ferry was late." and quotes[4] == SECOND
    assert [(s.citations, s.found) for s in answer.statements] == [
        ((1,), True), ((4,), True), ((2,), False), ((3,), False),
    ]  # fmt: skip
    spans = [answer.text[s.start : s.end] for s in answer.statements]
    assert spans[1] == "About 40 villages were flooded [4]!"
    assert "The source of 2 of 4 sentences was found by Dateline" in answer.notes[1]


def test_while_it_streams_every_state_has_the_citations_of_its_marks() -> None:
    states = answers(map(Draft, "The dam broke [1]. The ferry was late [2]. Yes [7] [1]."))
    for state in states:
        numbers = {citation.number for citation in state.citations}
        assert {int(c) for c in state.text if c.isdigit()} <= numbers
    assert all(later.text.startswith(earlier.text) for earlier, later in pairwise(states))
    assert not any(state.complete or state.statements for state in states[:-1])


def test_only_passages_that_were_shown_can_be_cited() -> None:
    drafts = [Draft("", shown=1), Draft("It rained all day [2]. The dam broke [1].")]
    answer = answers(drafts)[-1]
    assert [citation.article_id for citation in answer.citations] == ["a"]
    assert answer.text.startswith(f"It rained all day. {NO_SOURCE} The dam broke [1].")
    second = answers([Draft("", shown=2), Draft("", shown=0), Draft("The dam broke on it [1].")])[
        -1
    ]
    assert not second.citations


def test_quotes_are_supported_without_being_judged() -> None:
    judge = Judge()
    drafts = [
        quoted(f"Tide Post: “{FIRST}” ", FIRST, sure=0.83),
        quoted(f"\n\nTide Post: “{SECOND}” ", SECOND),
        quoted(f"\n\nAgain: “{FIRST}” ", FIRST),
    ]
    answer = answers(drafts, judge=judge)[-1]
    assert judge.asked == []
    assert answer.confidence == 0.83
    assert [s.citations for s in answer.statements] == [(1,), (2,), (1,)]
    assert [answer.text[s.start : s.end] for s in answer.statements] == [
        f"Tide Post: “{FIRST}” [1]", f"Tide Post: “{SECOND}” [2]", f"Again: “{FIRST}” [1]",
    ]  # fmt: skip
    assert all((s.standing, s.support) == ("supported", 1.0) for s in answer.statements)


_BITS = st.sampled_from(
    ["The dam broke", "It is wrong", " [1]", "[2]", "[9]", "[1", ", 2]", "]", "[", ".", " ", "\n",
     "http://evil.example/x", "<b>", "【1】", "Yes", "It rained on and on", "![", "](", "&lt;",
     '<passage number="', "2", '">', "</passage>"]
)  # fmt: skip


@given(st.lists(_BITS, max_size=20), st.integers(0, 2))
def test_the_same_text_in_any_pieces_is_the_same_answer(bits: list[str], shown: int) -> None:
    def outcome(texts: Sequence[str]) -> Answer | str:
        try:
            return answers([Draft("", shown=shown), *map(Draft, texts)])[-1]
        except ModelError as error:
            return str(error)

    whole = outcome(["".join(bits)])
    assert outcome(bits) == outcome(list("".join(bits))) == whole
    if isinstance(whole, Answer):
        for each in whole.statements:
            assert whole.text[each.start : each.end].strip()
        for citation in whole.citations:
            source = {"a": DAM, "b": SEA}[citation.article_id]
            assert citation.quote == source[citation.start : citation.end]


# Refusals, cuts, nothing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        REFUSAL,
        REFUSAL.rstrip("."),
        f"“{REFUSAL}”",
        f"**{REFUSAL}**",
        f"  {REFUSAL.upper()}\n",
        f"{REFUSAL} [1]",
        f"{REFUSAL[:-1]} [1].",
        f"{REFUSAL} [7]",
        f"<think>Perhaps [1].</think>{REFUSAL}",
        f"{REFUSAL} Sorry.",
        f"{REFUSAL}\n\nFrom what I know, it was the mayor of Bergen.",
        f"“{REFUSAL}” But I believe that it rained.",
        f"{REFUSAL} See https://evil.example/x.",
    ],
)
def test_the_refusal_is_known_in_every_dress(text: str) -> None:
    answer = last(text, notes=("Searched.",))
    assert (answer.text, answer.refused, answer.complete) == (REFUSAL, True, True)
    assert (answer.citations, answer.statements, answer.conflict) == ((), (), None)
    assert [near.article_id for near in answer.near] == ["a", "b"]
    assert answer.notes[0] == "Searched."
    assert answer.notes[1] == "Not an answer, but near: “T a” (Tide Post, 18 July 2023)"


@pytest.mark.parametrize(
    "text",
    [
        f"{REFUSAL} The dam broke on Tuesday [1].",
        "The archive does not hold the answer to all of it.",
        "The archive does not hold the answers.",
        f"The dam broke [1]. {REFUSAL}",
    ],
)
def test_what_only_reads_like_the_refusal_is_none(text: str) -> None:
    answer = last(text)
    assert not answer.refused and not answer.near
    assert answer.text.startswith(text[:20])


@pytest.mark.parametrize(
    ("text", "refuses"), [(REFUSAL, True), ("", False), ("The archive", False)]
)
def test_is_refusal(text: str, refuses: bool) -> None:
    assert is_refusal(text) is refuses


def test_at_most_three_articles_are_near_each_once() -> None:
    many = [passage(key, SEA) for key in "aabcde"]
    assert [near.article_id for near in last(REFUSAL, passages=many).near] == ["a", "b", "c"]


def test_a_cut_answer_is_incomplete_and_says_why_last() -> None:
    drafts = [
        Draft("The dam broke [1]"),
        Draft("", cut="The line is dead."),
        Draft("", note="Half of it."),
    ]
    answer = answers(drafts)[-1]
    assert not answer.complete
    assert answer.notes[-2:] == ("Half of it.", "Incomplete: The line is dead.")


@pytest.mark.parametrize(
    "texts",
    [(), ("",), (" \n",), ("[7]",), ("<think>Hm.",), ("https://evil.example/x",), ("\u200b",)],
)
def test_an_answer_without_words_is_an_error(texts: tuple[str, ...]) -> None:
    with pytest.raises(ModelError, match="The model m gave no usable answer"):
        last(*texts)


def test_notes_stand_in_the_order_of_what_they_are_about() -> None:
    old = passage("a", DAM, publisher="Tide Post", correction="It was 40.", kind="opinion")
    drafts = [Draft("The dam broke [1]. It is wrong [1]. It rained on and on."),
              Draft("", note="One was left out."), Draft("", cut="Too long.")]  # fmt: skip
    answer = answers(drafts, passages=[old], notes=("Searched by day.",))[-1]
    assert answer.notes == (
        "Searched by day.",
        "The newest source is of 18 July 2023 (Tide Post).",
        "Note on [1]: It was 40.",
        "[1] is opinion, not news: the view of Tide Post.",
        "1 of 3 sentences not found in the source that is cited for it.",
        "1 of 3 sentences without a source.",
        "One was left out.",
        "Incomplete: Too long.",
    )


# Secrets ----------------------------------------------------------------------------------------

KEY = "sk-test-1234567"
ODD = "Zq8rT2vYw6Lk9Pm4"  # looks like no key


@pytest.mark.parametrize("secret", [KEY, ODD, f"{ODD}\n"])
@pytest.mark.parametrize(
    "dress",
    [
        lambda key: key,
        lambda key: f"{key[:5]}[99]{key[5:]}",
        "[99]".join,
        lambda key: f"{key[:5]}【0】{key[5:]}",
        lambda key: f"{key[:5]}[[7]7]{key[5:]}",
        "\u200b".join,
        lambda key: "".join(f"&#{ord(c)};" for c in key),
        lambda key: f"{key[:4]}https://x.example/[99] {key[4:]} {key}",
        lambda key: f"`{key}` <{key}> ![{key}]({key})",
    ],
)
def test_a_secret_shows_in_no_state_however_it_is_dressed(secret: str, dress: Any) -> None:
    text = f"The dam broke [1]. It is {dress(secret.strip())} and so on [1]."
    states = answers([Draft(character) for character in text], secrets=(secret,))
    for state in states:
        assert secret.strip() not in str(state)
        assert secret.strip()[:-1] not in state.text
    assert states[-1].text.startswith("The dam broke [1]. It is ")


def test_what_may_become_a_secret_is_held_back_and_given_when_it_did_not() -> None:
    states = answers([Draft(f"It is {ODD[:7]}"), Draft(" and so on [1].")], secrets=(ODD,))
    assert states[0].text == "It is "
    assert states[-1].text.startswith(f"It is {ODD[:7]} and so on [1].")


def test_most_of_a_secret_at_the_end_is_not_shown_either() -> None:
    assert last(f"It is {ODD[:-1]}", secrets=(ODD,)).text == "It is …"
    assert last(f"It is {ODD[:3]}", secrets=(ODD,)).text == f"It is {ODD[:3]} [1]"


@pytest.mark.parametrize("word", ["local", "none", "test", "ollama", ""])
def test_a_word_that_is_taken_for_a_key_stays_in_the_language(word: str) -> None:
    text = f"The {word} council met [1]."
    assert last(text, secrets=(word,)).text == text


# Conflicts and timelines ------------------------------------------------------------------------


def test_values_become_a_conflict() -> None:
    drafts = [
        quoted("The figure changed: 30 ", FIRST, value="30", relation="superseded"),
        quoted(", later 40 ", SECOND, value="40", relation="superseded"),
        quoted(f"\n\nTide Post: “{SECOND}” ", SECOND),
    ]
    answer = answers(drafts)[-1]
    assert answer.conflict and answer.conflict.current == "40"
    assert [(v.value, v.citation, v.publisher, v.published) for v in answer.conflict.values] == [
        ("30", 1, "Tide Post", "2023-07-18"), ("40", 2, "Tide Post", "2023-07-18"),
    ]  # fmt: skip
    told = answer.as_json()["conflict"]
    assert isinstance(told, dict) and (told["relation"], told["current"]) == ("superseded", "40")
    assert len(answer.statements) == 3


def test_a_disputed_value_has_no_current_one() -> None:
    drafts = [
        quoted("Reports differ: 30 ", FIRST, value="30", relation="disputed"),
        quoted(" against 40 ", SECOND, value="40", relation="disputed"),
    ]
    answer = answers(drafts)[-1]
    assert answer.conflict and answer.conflict.relation == "disputed"
    assert answer.conflict.current is None


def test_dates_become_a_timeline_in_the_order_of_the_answer() -> None:
    drafts = [
        quoted(f"18 July 2023: “{FIRST}” ", FIRST, date="2023-07-18"),
        quoted(f"\n\nJuly 2023: “{SECOND}” ", SECOND, date="2023-07"),
    ]
    answer = answers(drafts)[-1]
    assert answer.as_json()["timeline"] == [
        {"date": "2023-07-18", "text": FIRST, "citation": 1},
        {"date": "2023-07", "text": SECOND, "citation": 2},
    ]
    assert answer.conflict is None
    json.dumps(answer.as_json(), allow_nan=False)


@pytest.mark.parametrize("more", [{"value": "30", "relation": "disputed"}, {"date": "2023-07"}])
def test_every_key_is_of_the_described_shape(more: dict[str, Any]) -> None:
    told = answers([quoted("Reported: 30 ", FIRST, **more)])[-1].as_json()
    shape = TypeAdapter(AnswerJson)
    read = shape.validate_json(json.dumps(told), strict=True)
    assert shape.dump_python(read, mode="json") == told
    assert told["conflict"] or told["timeline"]


def test_an_answer_without_either_says_null_and_nothing() -> None:
    told = last("— [1]").as_json()
    assert (told["conflict"], told["timeline"], told["confidence"]) == (None, [], None)


def test_a_hostile_publisher_is_named_harmlessly(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    hostile = "![x](https://evil.example/p.png) <b>Post</b>"
    text = "The tower of Melk fell on Friday after a storm, see https://melk.example, it said."
    list(archive.add([make_article("Tower of Melk falls", text, publisher=hostile)]))
    answer = Assistant(archive).ask("When did the tower of Melk fall?", model="quoting")
    said = answer.text.replace(answer.citations[0].quote, "")
    assert answer.citations[0].quote == text
    assert not any(bad in said + " ".join(answer.notes) for bad in ("evil", "![", "](", "<b"))

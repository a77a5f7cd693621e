"""Everything that a question says of where to search."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question.question import placed, understand
from assistant.question.scope import NAMES, PHRASES, Finding, Known, Scope, scope_of, stripped
from ingest.archive.filters import Filters

NOW = datetime(2023, 7, 19, 12, tzinfo=timezone.utc)
KNOWN = Known(
    ("Tide Post", "Harbour Gazette", "BBC Sport", "BBC News"),
    lambda name: name in ("Ann Moss", "Jane Doe"),
)


def scope(text: str) -> Scope:
    return scope_of(text, NOW, KNOWN)


def found(text: str) -> dict[str, tuple[str, ...]]:
    said = scope(text)
    return {each.name: said.values(each.name) for each in said.findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What did the Tide Post report on eels?", {"publisher": ("Tide Post",)}),
        ("What did the BBC report on eels?", {"publisher": ("BBC Sport", "BBC News")}),
        ("Which outlets other than the Tide Post reported the leak?", {"without": ("Tide Post",)}),
        ("Which dam broke yesterday?", {"time": ("2023-07-18", "2023-07-18")}),
        ("Which dam has broken since May 2023?", {"time": ("2023-05-01", "")}),
        ("Which dam broke before May 2023?", {"time": ("", "2023-04-30")}),
        ("Which articles by Jane Doe mention eels?", {"author": ("Jane Doe",)}),
        ("Any op-eds about eels?", {"kind": ("opinion",)}),
        ("Who said “never again”?", {"phrase": ("never again",)}),
        ("Who said “never again” and “no more”?", {"phrase": ("never again", "no more")}),
        ("Why did the dam break?", {}),
        ("", {}),
    ],
)
def test_each_kind_of_filter_is_found(text: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert found(text) == expected


ALL = "Which op-ed by Jane Doe in the Tide Post said “never again” of eels yesterday?"


def test_all_of_them_are_found_at_once_the_most_certain_first() -> None:
    said = found(ALL)
    assert list(said) == ["publisher", "time", "author", "kind", "phrase"]
    assert [said[name][0] for name in said] == [
        "Tide Post", "2023-07-18", "Jane Doe", "opinion", "never again",
    ]  # fmt: skip
    assert list(said) == [name for name in NAMES if name in said]


def test_findings_say_their_words_and_their_places() -> None:
    for each in scope(ALL).findings:
        assert each.name == "phrase" or [ALL[slice(*span)] for span in each.spans] == list(
            each.words
        )
    assert {each.name: each.words for each in scope(ALL).findings}["time"] == ("yesterday",)


def test_findings_turn_into_filters() -> None:
    filters = Filters(as_of="2023-07-19")
    for each in scope(ALL).findings:
        filters = each.narrow(filters)
    assert filters == Filters(
        "2023-07-18", "2023-07-18", "2023-07-19", ("Tide Post",), (), ("Jane Doe",), ("opinion",),
        ("never again",),
    )  # fmt: skip


def test_one_outlet_with_two_names_is_one_group() -> None:
    [sources] = scope("What did the BBC and the Tide Post report on eels?").findings
    assert sources.groups == (("BBC Sport", "BBC News"), ("Tide Post",))


def test_outlets_that_the_archive_lacks_are_missing() -> None:
    [sources] = scope("What did Le Monde and the Tide Post say of eels?").findings
    assert (sources.values, sources.missing) == (("Tide Post",), ("Le Monde",))
    [only] = scope("What did Le Monde say of eels?").findings
    assert (only.values, only.missing, only.words) == ((), ("Le Monde",), ("Le Monde",))


def test_each_phrase_is_a_filter_of_its_own_and_more_than_a_few_only_mark_names() -> None:
    quoted = [f"eel {n}" for n in range(PHRASES + 2)]
    said = scope("Who said " + ", ".join(f"“{words}”" for words in quoted) + "?")
    assert [each.values for each in said.findings] == [(words,) for words in quoted[:PHRASES]]


def test_a_publisher_in_quotes_is_no_phrase() -> None:
    assert found("Does the 'Tide Post' article name “eels”?") == {
        "publisher": ("Tide Post",), "phrase": ("eels",),
    }  # fmt: skip


def test_an_author_is_no_phrase() -> None:
    text = "Which articles by Jane Doe mention “eels” and “old dams”?"
    assert found(text) == {"author": ("Jane Doe",), "phrase": ("eels", "old dams")}


def test_one_word_in_quotes_is_a_phrase_too() -> None:
    assert found("Who sang in 'Eels' and ‘Dams’?") == {"phrase": ("Eels", "Dams")}
    assert found("What does “PSL” stand for?") == {"phrase": ("PSL",)}


def test_a_byline_inside_a_source_is_no_byline() -> None:
    known = Known(("Tide Post",), lambda name: True)
    said = scope_of("Which reports by Tide Post mention eels?", NOW, known)
    assert [each.name for each in said.findings] == ["publisher"]


def test_only_an_author_that_the_archive_knows_needs_no_more_than_by() -> None:
    assert found("Anything on eels by Ann Moss?") == {"author": ("Ann Moss",)}
    assert found("Anything on eels by Bob Moss?") == {}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("What did the Tide Post report on eels yesterday?", "What did report on eels ?"),
        ("Which dam broke last week?", "Which dam broke ?"),
        ("According to the Tide Post, who won?", ", who won?"),
        ("Who said “never again” in May 2023?", "Who said “never again” ?"),
        ("Why did the dam break?", "Why did the dam break?"),
        ("yesterday", "yesterday"),  # nothing else is said
        ("Yesterday?", "Yesterday?"),
    ],
)
def test_the_topic_is_what_is_left(text: str, topic: str) -> None:
    left = stripped(text, scope(text))
    assert left.replace(" the ", " ") == topic.replace(" the ", " ")


def test_filters_that_are_to_be_ignored_are_left_out() -> None:
    said = scope("What is the latest the Tide Post reported on eels in May 2023?")
    assert said.latest and said.values("publisher") == ("Tide Post",)
    assert said.without([]) == said
    untimed = said.without(["time"])
    assert not untimed.latest and untimed.values("time") == ()
    assert untimed.values("publisher") == ("Tide Post",)
    assert said.without(["publisher"]).latest
    assert said.without(NAMES) == Scope()


def test_what_is_ignored_stays_in_the_topic() -> None:
    question = understand("What did the Tide Post report on eels in May 2023?")
    with_time = placed(question, NOW, KNOWN, {"publisher"})
    assert "Tide Post" in with_time.topic and "May" not in with_time.topic
    assert placed(question, NOW, KNOWN, NAMES).topic == question.text


_BITS = st.sampled_from(
    ["the Tide Post", "BBC", "according to", "reported", "yesterday", "in May 2023", "by Jane Doe",
     "“never again”", "'Tide Post'", "op-ed", "live blog", "not in", "other than", "articles", "’s", '"',
     "stand for", "31 February 2023", "?", ",", "and", "Le Monde", "eels", "\x00", "İ", "ﬁ", "à"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=200), st.lists(_BITS, max_size=25).map(" ".join)))
def test_any_text_has_a_scope_that_lies_in_it(text: str) -> None:
    said = scope(text)
    single = [each.name for each in said.findings if each.name != "phrase"]
    assert len(set(single)) == len(single)
    assert len(said.findings) - len(single) <= PHRASES
    for each in said.findings:
        assert isinstance(each, Finding) and each.words
        assert each.values or each.missing
        assert all(0 <= start < end <= len(text) for start, end in each.spans)
        each.narrow(Filters())
    left = stripped(text, said)
    assert left == text or any(map(str.isalnum, left)) or "_" in left

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.read.evidence import Evidence
from assistant.read.reader import UNREAD, Reading
from assistant.read.weights import ALSO, LACKS, LEAST_WORDS, LONGEST, MOST_EXTRACTS, NEARLY, Facts
from assistant.results import Passage
from assistant.write.quoting import (
    Extract,
    extract,
    extracts,
    is_overtaken,
    short_answer,
    sure,
    telling_headline,
)
from ingest.archive.filters import DAY
from ingest.article import Article, Moment

SHARE = st.floats(0, 1)
FACTS = st.builds(
    Facts, cover=SHARE, context=SHARE, standing=SHARE, headline=SHARE,
    unnamed=st.integers(0, 9), gap=SHARE, answers=st.floats(-20, 20), within=st.floats(-20, 0),
    apart=st.integers(0, 9),
)  # fmt: skip
PUBLISHED = "2023-02-07"


def facts(cover: float = 0.5, unnamed: int = 0, answers: float = 3.0) -> Facts:
    return Facts(cover, cover, 1.0, cover, unnamed, answers=answers, within=-0.1)


def article(text: str, title: str = "News", key: str = "x", day: str | None = PUBLISHED) -> Article:
    moment = Moment(day, "metadata") if day else None
    return Article(key=key, source="t", title=title, text=text, published=moment)


def reading(text: str, words: str | None) -> Reading:
    """A reader's view of a text that takes these words for the answer, surely."""
    tokens, position = [], 0
    for word in text.split():
        position = text.index(word, position)
        tokens.append((position, position + len(word)))
        position += len(word)
    first = text.index(words) if words else -1
    last = first + len(words or "")
    begins, ends = (np.full(len(tokens), -9.0, np.float32) for _ in range(2))
    for at, (start, end) in enumerate(tokens):
        begins[at] = -0.1 if start == first else -9.0
        ends[at] = -0.1 if words and end == last else -9.0
    return Reading(3.0, begins, ends, np.asarray(tokens, np.int64).reshape(-1, 2))


def evidence(
    sentence: str, score: float = 10.0, *, of: Article | None = None, key: str = "x",
    about: Facts | None = None, answer: str | None = None, day: str | None = PUBLISHED,
) -> Evidence:  # fmt: skip
    """`sentence` as evidence, of an article that holds it; `answer`: words that answer."""
    whole = of or article(sentence, key=key, day=day)
    start = whole.text.index(sentence)
    passage = Passage(whole.key, whole, 0, len(whole.text), 1.0)
    read = reading(whole.text, answer) if answer else UNREAD
    return Evidence(passage, start, start + len(sentence), about or facts(), score, read)


def words(prefix: str, count: int) -> str:
    return " ".join([prefix.capitalize(), *(f"{prefix}{i}" for i in range(count - 2)), "end."])


def alone(of: Evidence) -> Extract:
    return extract(of, [of])


def told(found: list[Extract]) -> list[str]:
    return [each.quote.text for each in found]


def test_the_best_stands_alone_where_others_are_worth_less() -> None:
    best = evidence("The tower fell on Friday.", 10, key="a")
    poor = evidence("Nobody knows what comes next.", 10 - ALSO - 0.1, key="b")
    assert told(extracts([best, poor], 0.9)) == [best.text]


def test_the_less_sure_the_more_is_shown() -> None:
    best = evidence("The tower fell on Friday.", 10, key="a")
    other = evidence("A storm came at night.", 8, key="b")
    assert len(extracts([best, other], 0.95)) == 1
    assert len(extracts([best, other], 0.6)) == 2


def test_what_lacks_the_thing_that_was_asked_for_does_not_stand_beside_it() -> None:
    best = evidence("The tunnel was closed on Friday.", 10, key="a")
    other = evidence("The bridge fell at night.", 9.8, key="b")
    assert len(extracts([best, other], 0.6)) == 2
    lacks = replace(other, facts=replace(other.facts, gap=LACKS + 0.1))
    assert told(extracts([best, lacks], 0.6)) == [best.text]


def test_extracts_are_few_and_none_holds_what_another_holds() -> None:
    text = article("A storm came at night. The tower fell on Friday.", key="a")
    first = evidence("The tower fell on Friday.", 10, of=text)
    same = evidence("A storm came at night.", 9.9, of=text)
    others = [
        evidence(f"{name}a saw {name}b leave {name}c by night.", 9.5, key=name) for name in "BCDE"
    ]
    found = extracts([first, same, *others], 0.5)
    assert [each.evidence.passage.article_id for each in found] == ["a", "B", "C"]
    assert len(found) == MOST_EXTRACTS


def test_two_extracts_of_one_article_do_not_overlap() -> None:
    text = article(" ".join(words(prefix, 20) for prefix in "abcdefgh"))
    one, two = (evidence(words(p, 20), s, of=text) for p, s in (("b", 9), ("f", 8.9)))
    first, second = extracts([one, two], 0.5)
    assert first.quote.end <= second.quote.start or second.quote.end <= first.quote.start


def test_what_is_said_already_is_not_quoted_again() -> None:
    one = evidence("The tower fell on Friday after a storm.", 10, key="a")
    copy = evidence("The tower fell on Friday, after a storm.", 10, key="b")
    assert told(extracts([one, copy], 0.5)) == [one.text]


def test_nothing_comes_of_nothing() -> None:
    assert extracts([], 0.5) == []
    assert sure([], None) == 0.0


def test_a_sentence_runs_on_until_there_is_enough_to_read() -> None:
    text = " ".join(words(prefix, 12) for prefix in "abcdef")
    found = alone(evidence(words("b", 12), of=article(text)))
    assert found.quote.text.startswith("B b0") and found.quote.text.endswith("c9 end.")
    assert LEAST_WORDS <= len(found.quote.text.split()) <= LONGEST


def test_it_runs_to_a_sentence_that_is_nearly_as_good() -> None:
    text = article(" ".join(words(prefix, 12) for prefix in "abcdefghij"))
    best, near, poor, far = (
        evidence(words(p, 12), 9 - less, of=text)
        for p, less in (("d", 0), ("b", NEARLY - 0.1), ("e", NEARLY + 0.1), ("j", NEARLY - 0.1))
    )
    found = extract(best, [best, near, far, poor])
    assert found.quote.text.startswith("B b0") and found.quote.text.endswith("d9 end.")
    assert extract(best, [best, far]).quote.text.startswith("D d0")  # too far away


def test_at_the_end_of_an_article_what_stands_before_is_taken() -> None:
    text = " ".join(words(prefix, 12) for prefix in "abcd")
    found = alone(evidence(words("d", 12), of=article(text)))
    assert found.quote.text.startswith("C c0") and found.quote.text.endswith("d9 end.")


def test_a_neighbour_that_is_too_long_stays_out() -> None:
    text = f"{words('a', LONGEST)} The tower fell on Friday. {words('b', LONGEST)}"
    assert alone(evidence("The tower fell on Friday.", of=article(text))).quote.text == (
        "The tower fell on Friday."
    )


@pytest.mark.parametrize("heading", ["Photo: Jo Hale", "Tower falls", "Who saw it fall on Friday?"])
def test_headings_and_captions_are_no_neighbours(heading: str) -> None:
    text = f"{heading}\n\nThe tower fell on Friday.\n\n{heading}"
    assert alone(evidence("The tower fell on Friday.", of=article(text))).quote.text == (
        "The tower fell on Friday."
    )


def test_the_best_is_quoted_however_long_it_is() -> None:
    long = evidence(words("a", LONGEST + 40))
    assert told(extracts([long], 0.5)) == [long.text]


def test_the_words_that_answer_are_marked() -> None:
    sure_of_it = evidence("The tower fell on Friday morning.", answer="Friday")
    start, end = alone(sure_of_it).marked
    assert sure_of_it.passage.article.text[start:end] == "Friday"
    assert short_answer(sure_of_it) == "Friday"


def test_where_the_reader_is_not_sure_the_sentence_is_marked() -> None:
    unsure = evidence("The tower fell on Friday morning.")
    assert alone(unsure).marked == (unsure.start, unsure.end)
    assert short_answer(unsure) is None
    doubted = evidence(
        "The tower fell on Friday.", answer="The tower fell on Friday.", about=facts(answers=-3)
    )
    assert short_answer(doubted) is None


def test_of_two_that_answer_the_later_is_first_and_the_other_is_overtaken() -> None:
    old = evidence("The tower is 90 metres high.", 10, key="a", answer="90 metres", day="2023-01-01")  # fmt: skip
    new = evidence("It rises 120 metres since May.", 9.8, key="b", answer="120 metres", day="2023-06-01")  # fmt: skip
    late, early = extracts([old, new], 0.5)
    assert "120" in late.quote.text and "90" in early.quote.text
    assert is_overtaken(early, late) and not is_overtaken(late, early)
    again = evidence("It is still 120 metres high.", 9, key="c", answer="120 metres high.", day="2023-02-01")  # fmt: skip
    assert not is_overtaken(alone(again), late)


@pytest.mark.parametrize(
    ("title", "text", "tells"),
    [
        ("Tower of Melk falls", "It is gone.", True),
        ("Tower of Melk falls", "The tower of Melk fell on Friday.", False),
        ("Tower falls", "A tower stood in Melk. Then it fell.", False),
        ("Tower", "It is gone.", False),  # too little
        ("", "It is gone.", False),
    ],
)
def test_a_headline_is_told_where_it_tells_more(title: str, text: str, tells: bool) -> None:
    assert telling_headline(article("It is gone.", title), text) == (title if tells else None)


@given(st.lists(FACTS, min_size=1, max_size=4), st.none() | st.integers(-(2**33), 2**33))
def test_sureness_lies_between_0_and_1(many: list[Facts], now: int | None) -> None:
    ranked = [evidence("The tower fell.", about=each) for each in many]
    assert 0.0 <= sure(ranked, now) <= 1.0


def test_a_reader_that_sees_the_answer_makes_surer() -> None:
    unread, read = ([evidence("It fell.", about=facts(answers=n))] for n in (-4.0, 4.0))
    assert sure(unread, None) < sure(read, None)


def test_what_is_old_is_less_sure_than_what_is_new() -> None:
    ranked = [evidence("The tower fell.")]
    at = Moment(PUBLISHED, "metadata").epoch
    ages = [sure(ranked, at + days * DAY) for days in (0, 7, 365)]
    assert ages == sorted(ages, reverse=True) and len(set(ages)) == 3


@given(st.text(max_size=400), st.integers(0, 400))
def test_an_extract_of_any_text_is_a_stretch_of_it_with_the_sentence(text: str, at: int) -> None:
    whole = article(text)
    passage = Passage("x", whole, 0, len(text), 1.0)
    start = min(at, len(text))
    found = alone(Evidence(passage, start, len(text), facts(), 1.0))
    assert found.quote.start <= start and found.quote.end <= len(text)
    assert found.quote.text == text[found.quote.start : found.quote.end]

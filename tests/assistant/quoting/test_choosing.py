from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.quoting.choosing import choose, sure, telling_headline, with_before, words_in
from assistant.reading.evidence import Evidence
from assistant.reading.weights import ALSO, MOST_SENTENCES, MOST_WORDS, Facts
from assistant.results import Passage
from ingest.article import Article, Moment
from ingest.filters import DAY

SHARE = st.floats(0, 1)
FACTS = st.builds(
    Facts, cover=SHARE, context=SHARE, like=SHARE, standing=SHARE, fits=st.sampled_from([0.0, 1.0]),
    new=SHARE, headline=SHARE, unnamed=st.integers(0, 9), apart=st.integers(0, 9),
    dated=st.booleans(),
)  # fmt: skip
PUBLISHED = Moment("2023-02-07", "metadata")


def facts(cover: float = 0.5, fits: float = 1.0, unnamed: int = 0) -> Facts:
    return Facts(cover, cover, 0.5, 1.0, fits, 0.0, cover, unnamed, 0, False)


def article(text: str, title: str = "News", key: str = "x") -> Article:
    return Article(key=key, source="t", title=title, text=text, published=PUBLISHED)


def evidence(
    sentence: str,
    score: float = 10.0,
    *,
    of: Article | None = None,
    key: str = "",
    about: Facts | None = None,
) -> Evidence:
    """`sentence` as evidence, of an article that holds it."""
    whole = of or article(sentence)
    start = whole.text.index(sentence)
    passage = Passage(key or whole.key, whole, 0, len(whole.text), 1.0)
    return Evidence(passage, start, start + len(sentence), about or facts(), score)


def words(prefix: str, count: int) -> str:
    return " ".join(f"{prefix}{i}" for i in range(count - 1)) + " end."


def test_the_best_stands_alone_where_others_are_worth_less() -> None:
    best = evidence("The tower fell on Friday.", 10, key="a")
    poor = evidence("Nobody knows what comes next.", 10 - ALSO - 0.1, key="b")
    assert choose([best, poor], "thing") == [best]


def test_another_that_is_about_as_good_is_added_in_reading_order() -> None:
    text = article("A storm came at night. The tower fell on Friday.")
    later = evidence("The tower fell on Friday.", 10, of=text)
    earlier = evidence("A storm came at night.", 9, of=text)
    assert choose([later, earlier], "thing") == [earlier, later]


def test_sentences_of_one_article_stay_together() -> None:
    text = article("A storm came at night. The tower fell on Friday.", key="a")
    first = evidence("The tower fell on Friday.", 10, of=text)
    other = evidence("Police closed seven roads nearby.", 9, key="b")
    second = evidence("A storm came at night.", 8, of=text)
    assert choose([first, other, second], "thing") == [second, first, other]


def test_what_is_said_already_is_not_quoted_again() -> None:
    one = evidence("The tower fell on Friday after a storm.", 10, key="a")
    copy = evidence("The tower fell on Friday, after a storm.", 10, key="b")
    assert choose([one, copy], "thing") == [one]


@pytest.mark.parametrize("asks", ["number", "money", "time", "duration", "measure"])
def test_only_what_holds_the_kind_that_is_asked_for_is_quoted(asks: str) -> None:
    unfit = evidence("The tower fell.", 12, key="a", about=facts(fits=0.0))
    fit = evidence("Some 40 houses were hit.", 10, key="b")
    assert choose([unfit, fit], asks) == [fit]  # type: ignore[arg-type]
    assert choose([unfit], asks) == []  # type: ignore[arg-type]


def test_a_reason_may_be_told_in_any_words() -> None:
    unfit = evidence("The tower fell.", 12, about=facts(fits=0.0))
    assert choose([unfit], "reason") == [unfit]


def test_an_answer_stays_short() -> None:
    short = [evidence(f"{n} stands here now.", 10, key=n) for n in ("Ada", "Bo", "Cy", "Di", "Ed")]
    assert len(choose(short, "thing")) <= MOST_SENTENCES
    long = [evidence(words(prefix, 50), 10, key=prefix) for prefix in ("a", "b")]
    assert choose(long, "thing") == long[:1]
    assert words_in(long) > MOST_WORDS


def test_the_best_is_quoted_however_long_it_is() -> None:
    long = evidence(words("a", MOST_WORDS + 40))
    assert choose([long], "thing") == [long]


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose([], "thing") == []
    assert sure([], "thing", None) == 0.0


@pytest.mark.parametrize(
    ("text", "sentence", "shown"),
    [
        ("Ilse Brandt is mayor. She opened the bridge.", "She opened the bridge.", "Ilse Brandt is mayor. She opened the bridge."),
        ("Ilse Brandt is mayor. The bridge is open.", "The bridge is open.", "The bridge is open."),
        ("She opened the bridge.", "She opened the bridge.", "She opened the bridge."),
        ("Theatre is shut. Theresa opened it again.", "Theresa opened it again.", "Theresa opened it again."),
        ("Photo: Jo Hale\nShe opened the bridge.", "She opened the bridge.", "She opened the bridge."),
        ("Mayor opens bridge\n\nShe opened the bridge.", "She opened the bridge.", "She opened the bridge."),
        ("Who is the new mayor? She opened the bridge.", "She opened the bridge.", "She opened the bridge."),
    ],
)  # fmt: skip
def test_a_pronoun_is_quoted_with_what_it_stands_for(text: str, sentence: str, shown: str) -> None:
    assert with_before(evidence(sentence, of=article(text))).text == shown


@pytest.mark.parametrize(
    ("title", "texts", "tells"),
    [
        ("Tower of Melk falls", ["It is gone."], True),
        ("Tower of Melk falls", ["The tower of Melk fell on Friday."], False),
        ("Tower falls", ["A tower stood in Melk.", "Then it fell."], False),
        ("Tower", ["It is gone."], False),  # too little
        ("", ["It is gone."], False),
    ],
)
def test_a_headline_is_told_where_it_tells_more(title: str, texts: list[str], tells: bool) -> None:
    assert telling_headline(article("It is gone.", title), texts) == (title if tells else None)


@given(st.lists(FACTS, min_size=1, max_size=4), st.none() | st.integers(-(2**33), 2**33))
def test_sureness_lies_between_0_and_1(many: list[Facts], now: int | None) -> None:
    ranked = [evidence("The tower fell.", about=each) for each in many]
    for asks in ("number", "thing"):
        assert 0.0 <= sure(ranked, asks, now) <= 1.0  # type: ignore[arg-type]


def test_more_of_the_question_makes_surer() -> None:
    little, much = ([evidence("The tower fell.", about=facts(cover))] for cover in (0.2, 0.9))
    assert sure(little, "thing", None) < sure(much, "thing", None)


def test_a_name_that_is_missing_and_no_figure_make_less_sure() -> None:
    known = [evidence("The tower fell.", about=facts())]
    unnamed = [evidence("The tower fell.", about=facts(unnamed=1))]
    unfit = [evidence("The tower fell.", about=facts(fits=0.0))]
    assert sure(unnamed, "thing", None) < sure(known, "thing", None)
    assert sure(unfit, "number", None) < sure(known, "number", None)
    assert sure(unfit, "thing", None) == sure(known, "thing", None)


def test_what_is_old_is_less_sure_than_what_is_new() -> None:
    ranked = [evidence("The tower fell.")]
    ages = [sure(ranked, "thing", PUBLISHED.epoch + days * DAY) for days in (0, 7, 365)]
    assert ages == sorted(ages, reverse=True) and len(set(ages)) == 3

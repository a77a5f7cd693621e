"""Questions to begin with, and to ask next: only such that the archive answers, which is tried
before they are shown.

The next ones are made from what the reports found for the last question say beyond the answer: who
else speaks, what else is counted; of a refused one, which outlets report what is near.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from itertools import chain, islice, zip_longest
from typing import Any

from assistant.commands import Service
from assistant.kept.conversations import Given
from assistant.read.figures import Figure, figures_of
from assistant.results import Answer, Passage, day_in_words, outlet
from assistant.write.quoting import NAME
from ingest.archive.browse import Choice
from ingest.errors import DatelineError
from ingest.sentences import sentences

MOST = 3  # that are shown
FIRST = 4  # to begin with
NEWEST, BEGINNING = 60, 5000  # articles that are looked through for them, characters of each
NEAR_ENOUGH = 0.6  # of the best score; what is further off has hardly to do with the question
TRIED = 8  # candidates; each is a search
_WORD = r"[A-ZÀ-Þ][\w’'-]{1,40}"
_NAME = rf"\b{_WORD}(?: (?:(?:bin|de|al|van|von|of) )?{_WORD}){{1,2}}"
_SAYS = re.compile(
    rf"(?:said|says|told)\s+(?P<after>{_NAME})|(?P<before>{_NAME})\s+(?:said|says)\b"
)
_PEOPLE = frozenset("people men women children police troops".split())
# What follows a figure and is no thing that one asks for by "how many".
_MEASURES = frozenset(
    """years days hours minutes seconds months weeks times degrees metres meters kilometres
    kilometers miles feet tonnes tons kilograms megajoules light-years euros pounds dollars rupees
    points percent others heads was has is its this his across as us""".split()
)
FEW = 2  # "the two militaries" counts nothing that one asks for
_NOUN_WITHIN = 3  # words after a figure


@dataclass(frozen=True)
class Candidate:
    """A question that might be asked next, and what an answer to it must hold: these words, and a
    source by that publisher where one is named."""

    text: str
    words: str = ""
    publisher: str | None = None

    def fits(self, answer: Answer) -> bool:
        cited = {citation.publisher for citation in answer.citations}
        return self.words in answer.text and self.publisher in {None, *cited}


def suggestions(
    service: Service, answer: Answer, history: Sequence[tuple[str, str]], given: Given
) -> Iterator[str]:
    """Up to `MOST` follow-ups that the archive answers with something that was not said yet."""
    options = vars(given) | {"model": NAME, "research": False, "history": history}
    said = {citation.quote for citation in answer.citations}
    unique = {each.text: each for each in candidates(answer)}.values()
    yield from islice(_answered(service, islice(unique, TRIED), said, **options), MOST)


def beginnings(service: Service) -> list[str]:
    """Up to `FIRST` questions that the archive answers without a model: of `seeds/questions.jsonl`
    where it holds those articles, else what those say who are quoted in the newest ones."""
    tried = islice(chain(_samples(service), _newest(service)), FIRST * 3)
    return list(islice(_answered(service, tried, set(), model=NAME), FIRST))


def _answered(
    service: Service, tried: Iterable[Candidate], said: set[str], **options: Any
) -> Iterator[str]:
    """Those that the archive answers with something that was not said yet."""
    for candidate in tried:
        with suppress(DatelineError):
            answer = service.assistant.ask(candidate.text, **options)
            new = any(citation.quote not in said for citation in answer.citations)
            if not answer.refused and new and candidate.fits(answer):
                yield candidate.text


def _samples(service: Service) -> Iterator[Candidate]:
    """Each some way from the last one, since neighbours ask about one event."""
    lines = resources.files("seeds").joinpath("questions.jsonl").read_text("utf-8").split("\n")
    found = []
    for question in (json.loads(line) for line in lines if line.strip()):
        ids = question.get("articles") or [""]
        if not question.get("as_of") and all(map(service.archive.catalog.holds, ids)):
            found.append(question["question"])
    step = max(1, len(found) // FIRST)
    for question in chain.from_iterable(found[first::step] for first in range(step)):
        yield Candidate(question)


def _newest(service: Service) -> Iterator[Candidate]:
    """One of each outlet first, since one may have many in a row; each name once."""
    said: dict[Candidate, bool] = {}
    outlets: set[str | None] = set()
    for row in service.browse(Choice(), limit=NEWEST).articles:
        with suppress(DatelineError):  # it may be gone meanwhile
            text = service.show(row.article_id).stored.article.text[:BEGINNING]
            if speaker := next(_speakers(text), None):
                said.setdefault(speaker, row.publisher in outlets)
                outlets.add(row.publisher)
    yield from sorted(said, key=lambda each: said[each])


def candidates(answer: Answer) -> Iterator[Candidate]:
    """Questions that the passages raise, one of each sort in turn."""
    if answer.refused:
        return _reports(answer.near or answer.passages)
    ids = {citation.article_id for citation in answer.citations}
    cited = [passage for passage in answer.passages if passage.article_id in ids]
    outlets = [outlet(passage.article) or "" for passage in answer.passages]
    told = (each for passage in cited for each in _speakers(passage.text))
    speakers = (
        each for each in told
        if each.words not in answer.text and not any(each.words in name.split() for name in outlets)
    )  # fmt: skip
    sorts = (speakers, _counts(answer, cited))
    return (each for each in chain.from_iterable(zip_longest(*sorts)) if each)


def _speakers(text: str) -> Iterator[Candidate]:
    """ "What did Mustafa Kilic say?" for who is quoted."""
    for match in _SAYS.finditer(text):
        who = re.sub(r"^The\b", "the", match["after"] or match["before"])
        yield Candidate(f"What did {who} say?", who.split()[-1])


def _counts(answer: Answer, cited: Sequence[Passage]) -> Iterator[Candidate]:
    """ "How many helicopters?" for what is counted in a report that the answer cites."""
    for passage in cited:
        for start, end in sentences(passage.text):
            sentence = passage.text[start:end]
            for figure in figures_of(sentence):
                thing = _thing(figure)
                new = thing and thing not in answer.text and thing not in answer.question
                if new and figure.value > FEW:
                    told = sentence[figure.start : figure.end]
                    yield Candidate(f"How many {thing}?", told)


def _reports(passages: Sequence[Passage]) -> Iterator[Candidate]:
    """ "What did the Northern Ledger report on 16 July 2023?" for what is near a refused one."""
    best = max((passage.score for passage in passages), default=0.0)
    for passage in passages:
        if passage.score < NEAR_ENOUGH * best:
            continue
        name, day = passage.publisher, day_in_words(passage.article)
        if name and day:
            bare = re.sub(r"(?i)^the ", "", name)
            who = name if bare == name and "." in name else f"the {bare}"
            yield Candidate(f"What did {who} report on {day}?", publisher=name)


def _thing(figure: Figure) -> str | None:
    """What is counted: "ship-borne helicopters", "people"."""
    if figure.unit:
        return None
    for place, word in enumerate(figure.what[:_NOUN_WITHIN]):
        if word in _MEASURES or not word.islower():
            return None
        if word in _PEOPLE or (word.endswith("s") and not word.endswith(("ss", "us"))):
            return " ".join(figure.what[: place + 1])
    return None

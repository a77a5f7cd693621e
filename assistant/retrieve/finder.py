"""From a question to what is found: spelt as the archive spells it, narrowed, searched; where it
names several outlets, they take turns.

The filters in force are the user's, and those of the question that leave something to search.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from itertools import chain, combinations

from assistant.question.outlets import outlets_of
from assistant.question.question import Question, placed, without_as_of
from assistant.question.scope import NAMES, WISHES, Finding, Known, Scope
from assistant.results import Found, Passage
from assistant.retrieve.ranking import DEPTH, Recency, Reranker, reranked
from assistant.retrieve.search import Narrowed, search
from assistant.words import STOP, canonical, content_terms, unaccented
from ingest.archive.archive import Archive
from ingest.archive.filters import DAY, Filters, moment_of
from ingest.archive.word_index import terms
from ingest.errors import SettingError

# Misspelt words of a question are put right by the archive's own words: "Schlueter" where it has
# Schlüter, "Reservor" where it has reservoir.
LEAST_ONE, LEAST_TWO = 6, 9  # letters of a word that may be wrong in one of them, or in two
LEAST_NAME = 7  # the same of a name, which may be wrong in one only: Witzke is not Watzke
SURE = 3  # letters at its beginning that are right, as its last one is: "shorter" is not "shorten"
CHUNKS = 30  # with something like the word, that are looked through
_WORD = re.compile(r"[^\W\d_]{4,40}")
# British endings and the American ones, where more than a letter or a short word differs.
_ENDINGS = (
    (r"(?<=\w\w)our(?=s?$|ed$|ing$|ful$|ite|able$)", "or"),
    (r"tre(?=[sd]?$)", "ter"), (r"ogue(?=s?$)", "og"), (r"mme(?=s?$)", "m"),
)  # fmt: skip


def respelled(archive: Archive, question: Question) -> Question:
    """The question, each word that the archive has only in another spelling put in that."""
    put: dict[str, str] = {}
    for word in dict.fromkeys(_WORD.findall(question.text)):
        if found := _spelling(archive, word):
            put[word] = found
    if not put:
        return question
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, put))})\b")
    asked, text = (pattern.sub(lambda m: put[m[0]], t) for t in (question.asked, question.text))
    carried = tuple(term for word in question.carried for term in terms(put.get(word, word)))
    return replace(question.reworded(asked, text, carried), respelled=tuple(put.items()))


def _spelling(archive: Archive, word: str) -> str | None:
    """The archive's spelling of a word that it does not have; None where it has it, or nothing
    like it."""
    stem = next(iter(terms(word)), "")
    if not stem or stem in STOP or canonical(stem) != stem or archive.lexical.knows(stem):
        return None
    plain = _plain(word)
    limits = (LEAST_NAME,) if word[0].isupper() else (LEAST_ONE, LEAST_TWO)
    most = sum(len(word) >= least for least in limits)  # letters that may be wrong
    found: Counter[tuple[int, str]] = Counter()
    rows = archive.catalog.chunk_rows(archive.lexical.like(stem, max(1, most), CHUNKS))
    ids = list({row.article_id for row in rows.values()})
    articles = {stored.id: stored.article for stored in archive.catalog.articles(ids)}
    for row in rows.values():
        if not (article := articles.get(row.article_id)):
            continue  # removed since
        for other in set(_WORD.findall(f"{article.title} {article.text[row.start : row.end]}")):
            theirs = _plain(other)
            if theirs[:SURE] == plain[:SURE] and theirs[-1] == plain[-1]:
                # Letters to put in, take out or change; one that stands elsewhere counts once.
                same = SequenceMatcher(None, plain, theirs, autojunk=False).get_matching_blocks()
                distance = max(len(plain), len(theirs)) - sum(block.size for block in same)
                if distance <= most:
                    found[distance, other] += 1
    return min(found, key=lambda each: (each[0], -found[each]))[1] if found else None


def _plain(word: str) -> str:
    """In lower case, without accents, an umlaut as its vowel alone, however it is written, and in
    American spelling."""
    plain = re.sub(r"([aou])e", r"\1", unaccented(word))
    for british, american in _ENDINGS:
        plain = re.sub(british, american, plain)
    return plain


def narrow(archive: Archive, given: Filters, scope: Scope, text: str = "") -> Narrowed:
    """`given` with as much of the scope as leaves something; what is least certain goes first.

    `WISHES` that are read from words are preferred and not required: what is asked may be told
    later, by another, in other words. Where `text` says nothing beside them, they are filters like
    the others.
    """
    wanted = scope.findings
    wishing = any(term not in STOP for term in content_terms(text))
    wished = [e for e in wanted if e.is_wish or (wishing and e.name in WISHES)]
    required = [e for e in wanted if any(e.values) and e not in wished]
    # Of as many, those with the first ones come first.
    choices = (some for n in range(len(required), 0, -1) for some in combinations(required, n))
    joined = ((_joined(archive, given, some), some) for some in choices)
    admitting = (each for each in joined if archive.lexical.admits_any(each[0]))
    filters, held = next(admitting, (given, ()))
    wishes = {each: _joined(archive, filters, [each]) for each in wished}
    wishes = {e: wish for e, wish in wishes.items() if archive.lexical.admits_any(wish)}
    both = [each for each in wanted if each in held or each in wishes]
    kept = tuple(replace(each, is_wish=each in wishes) for each in both)
    relaxed = tuple(each for each in wanted if each not in both)
    timed = next((wish for each, wish in wishes.items() if each.name == "time"), filters)
    recency: Recency = "strong" if scope.latest else "mild"
    ends, now = timed.upper, timed.known_until
    # A fixed range of the past is as good at its beginning as at its end.
    past = timed.until and ends is not None and (now is None or ends < now - DAY)
    if past and not scope.latest:
        recency = "none"
    return Narrowed(filters, kept, relaxed, recency, tuple(wishes.values()))


def _joined(archive: Archive, given: Filters, findings: Iterable[Finding]) -> Filters:
    filters = given
    for finding in findings:
        filters = finding.narrow(filters)
    if filters.phrases:
        filters = replace(filters, articles=archive.holding(filters.phrases))
    return filters


# Of the best score: what is below is shown after what is above, of several searches and outlets.
NEARLY, HARDLY = 0.5, 0.25


def in_turns(sorts: Iterable[tuple[object, Passage]], least: float) -> tuple[Passage, ...]:
    """The first passage of each sort, then the second of each, none twice; at the end those with
    less than this share of the best score."""
    turns: Counter[object] = Counter()
    places: list[tuple[int, Passage]] = []
    for sort, passage in sorts:
        places.append((turns[sort], passage))
        turns[sort] += 1
    once: dict[tuple[str, int], Passage] = {}
    for _, each in sorted(places, key=lambda place: place[0]):
        once.setdefault((each.article_id, each.start), each)
    bound = least * max((each.score for each in once.values()), default=0.0)
    return tuple(sorted(once.values(), key=lambda each: each.score < bound))


AS_OF = "as_of"  # a name to ignore, beside those of the filters of a scope
Clock = Callable[[], datetime]


def local_now() -> datetime:
    """The time of day here, with its zone."""
    return datetime.now().astimezone()


@dataclass(frozen=True)
class Finder:
    """Finds passages for questions. `reranker`: sorts what was found anew, where one is set."""

    archive: Archive
    clock: Clock = local_now
    reranker: Reranker | None = None

    def place(
        self, question: Question, given: Filters, ignore: Collection[str] = ()
    ) -> tuple[Question, Filters]:
        """The question in the archive's spelling, with what it says of where to search; the filters
        with its as-of moment, which is "now" for all else."""
        question, now = respelled(self.archive, question), self.clock()
        if not given.as_of and AS_OF not in ignore:
            question, day = without_as_of(question, now)
            given = replace(given, as_of=day) if day else given
        if given.as_of:  # one to come means no limit
            now = min(moment_of(given.as_of), now)
        names = self.archive.names
        known = Known(names.outlets, names.has_author)
        wishes = tuple(self._by_known_names(each) for each in question.wishes.findings)
        question = replace(question, wishes=Scope(wishes))
        question = placed(question, now, known, ignore)
        # A filter that the user set takes the place of the same one in the question.
        is_set = {"time": given.since or given.until, "publisher": given.publishers}
        kept = tuple(each for each in question.scope.findings if not is_set.get(each.name))
        return replace(question, scope=replace(question.scope, findings=kept)), given

    def find(self, question: Question, given: Filters, k: int) -> Found:
        """The `k` best passages for a question that has its place."""
        started = time.monotonic()
        outlets = outlets_of(self.archive.names.outlets)
        names = (outlets.names_of(name) or (name,) for name in given.publishers)
        given = replace(given, publishers=tuple(chain.from_iterable(names)))  # the archive's names
        # "Who wrote the report on X?" is a search for X.
        topic = " ".join(question.terms) if question.about else ""
        topic = topic or question.topic
        narrowed = narrow(self.archive, given, question.scope, topic)
        sources = question.scope.of("publisher")
        many = question.wide or (sources is not None and len(sources.groups) > 1)  # outlets
        depth = (max(k, DEPTH) if self.reranker else k) * (2 if many else 1)
        # The words of what is preferred count, too: a report of February tells of "January".
        wished = [e for e in narrowed.kept if e.is_wish and e.name in ("time", "author", "kind")]
        said = " ".join(words for each in wished for words in each.words)
        lesser = {*question.carried, *question.ignored, *content_terms(said)}
        texts = (f"{text} {said}".strip() for text in (topic, *question.queries))
        found = (search(self.archive, text, narrowed, depth, lesser) for text in texts)
        passages = in_turns(((at, p) for at, each in enumerate(found) for p in each), NEARLY)
        if self.reranker:
            passages = reranked(self.reranker, question.topic, passages)
        if many:
            sorts = ((p.publisher or p.article.agency or p.article_id, p) for p in passages)
            passages = in_turns(sorts, HARDLY)
        return Found(
            question.text, narrowed.filters, passages[:k], time.monotonic() - started,
            narrowed.kept, narrowed.relaxed,
        )  # fmt: skip

    def _by_known_names(self, wish: Finding) -> Finding:
        """An outlet that a model plans, by the archive's names for it."""
        if wish.name != "publisher":
            return wish
        outlets = outlets_of(self.archive.names.outlets)
        known = {name: outlets.names_of(name) for name in wish.values}
        values = tuple(dict.fromkeys(name for names in known.values() for name in names))
        missing = tuple(name for name, names in known.items() if not names)
        return replace(wish, values=values, missing=missing)


def checked_names(ignore: Collection[str]) -> frozenset[str]:
    """Names of filters; "all" stands for each of them.

    Raises:
        SettingError: there is no filter of that name.
    """
    names = {ignore} if isinstance(ignore, str) else set(ignore)
    known = (*NAMES, AS_OF)
    if unknown := sorted(names - {*known, "all"}):
        raise SettingError(
            f"There is no filter {unknown[0][:40]!r} to ignore. Known: {', '.join(known)}, all."
        )
    return frozenset(known if "all" in names else names)

"""Misspelt words of a question, put right by the archive's own words: "Schlueter" where it has
Schlüter, "Reservor" where it has reservoir."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace

from assistant.question.question import Question, understand
from assistant.words import STOP, canonical
from ingest.archive.archive import Archive
from ingest.archive.word_index import terms

LEAST_ONE, LEAST_TWO = 6, 9  # letters of a word that may be wrong in one of them, or in two
LEAST_NAME = 7  # the same of a name, which may be wrong in one only: Witzke is not Watzke
SURE = 3  # letters at its beginning that are right, as its last one is: "shorter" is not "shorten"
CHUNKS = 30  # with something like the word, that are looked through
_WORD = re.compile(r"[^\W\d_]{4,40}")
_UMLAUT = re.compile(r"([aou])e")
# British endings and the American ones, as far as a rule knows them.
_ENDINGS = tuple(
    (re.compile(british), american)
    for british, american in (
        (r"(?<=\w\w)our(?=s?$|ed$|ing$|ful$|ite|able$)", "or"),
        (r"(?<=\w{3})is(?=e[sdr]?$|ing$|ation)", "iz"),
        (r"ys(?=e[sd]?$|ing$)", "yz"), (r"tre(?=[sd]?$)", "ter"), (r"ogue(?=s?$)", "og"),
        (r"ll(?=ed$|ing$|ers?$)", "l"), (r"mme(?=s?$)", "m"), (r"ence(?=s?$)", "ense"),
    )
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
    asked, text = (
        pattern.sub(lambda match: put[match[0]], each) for each in (question.asked, question.text)
    )
    carried = tuple(term for word in question.carried for term in terms(put.get(word, word)))
    again = understand(asked, text, carried)
    return replace(again, seconds=question.seconds, respelled=tuple(put.items()))


def _spelling(archive: Archive, word: str) -> str | None:
    """The archive's spelling of a word that it does not have; None where it has it, or nothing
    like it."""
    stem = next(iter(terms(word)), "")
    if not stem or stem in STOP or canonical(stem) != stem or archive.lexical.knows(stem):
        return None
    plain = _plain(word)
    if word[0].isupper():
        most = 1 if len(word) >= LEAST_NAME else 0
    else:
        most = 2 if len(word) >= LEAST_TWO else 1 if len(word) >= LEAST_ONE else 0
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
                distance = _distance(plain, theirs)
                if distance <= most:
                    found[distance, other] += 1
    return min(found, key=lambda each: (each[0], -found[each]))[1] if found else None


def _plain(word: str) -> str:
    """In lower case, without accents, an umlaut as its vowel alone, however it is written, and in
    American spelling."""
    accented = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(letter for letter in accented if not unicodedata.combining(letter))
    plain = _UMLAUT.sub(r"\1", letters)
    for british, american in _ENDINGS:
        plain = british.sub(american, plain)
    return plain


def _distance(one: str, other: str) -> int:
    """Letters to put in, take out, change or swap with a neighbour (Damerau-Levenshtein, with each
    place changed once)."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]

"""Wire copies: when two texts are one report, which of its carriers is the head, and the groups of
them that the catalog keeps.

`band_keys` finds candidates without comparing every pair, `are_copies` decides on the texts
themselves. The figures behind the constants are in docs/DECISIONS.md.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rensa import RMinHash

from ingest.archive.filters import outlet_key
from ingest.datelines import AGENCIES

if TYPE_CHECKING:
    from ingest.archive.catalog import Catalog

WORDS = 5  # a shingle; with 3, other versions of a story (.82) come up to its true copies (.88)
CONTAINED = 0.8  # of the shorter text in the longer; true copies from .83, other versions to .78
SIMILAR = 0.5  # shingles of both among those of either: a copy is no less than half of its original
LEAST = 60  # distinct shingles; the longest bulletin that only swaps its figures has 47
HEAD = 100  # first shingles: a report begins with its news, what every page says stands below
HEAD_CONTAINED = 0.5  # of one head in the other text; true copies have at least .77
FIGURES = 3  # numbers that stand in for others, at least, and
FIGURES_SHARE = 0.3  # of the words that differ: issues of a price table 1.0, true copies up to .13
BANDS, ROWS = 20, 2  # of the signature
SHARED = 2  # bands: finds .998 of pairs with Jaccard .6 and .976 at .5; of those at .05, .001

_SEED = 1987
_COMPARED = 500  # figures; longer tables are told by their beginning
_WORD = re.compile(r"\w+")
_AGENCIES = frozenset(map(outlet_key, AGENCIES))


@dataclass(frozen=True)
class Carrier:
    """An article as far as it matters whose it is."""

    article_id: str
    publisher: str | None = None
    agency: str | None = None
    url: str | None = None
    published: str | None = None  # ISO 8601


def words_of(text: str) -> list[str]:
    """Letter case, punctuation and white space make no difference."""
    return _WORD.findall(text.casefold())


def band_keys(text: str) -> list[int]:
    """Keys that near copies share: BANDS signed 64-bit numbers, none for a text that is too short.

    Each holds the number of its band, so that equal rows of two bands are no match.
    """
    shingles = shingles_of(words_of(text))
    if len(set(shingles)) < LEAST:
        return []
    sketch = RMinHash(BANDS * ROWS, _SEED)
    sketch.update(shingles)
    row = sketch.digest()
    # The hash of a tuple of integers is the same in every process; `rules` sees where it changes.
    return [hash((band, *row[band * ROWS : (band + 1) * ROWS])) for band in range(BANDS)]


def rules() -> str:
    """A mark of how keys are made and pairs judged; another one means: compare everything anew."""
    probe = band_keys(" ".join(f"word{number}" for number in range(2 * LEAST)))
    limits = (WORDS, CONTAINED, SIMILAR, LEAST, HEAD, HEAD_CONTAINED, FIGURES, FIGURES_SHARE)
    return hashlib.sha256(repr((probe, limits, SHARED)).encode()).hexdigest()[:16]


def are_copies(one: str, other: str) -> bool:
    """Whether two texts are one report: cut, edited or framed by another house, not rewritten."""
    words, others = words_of(one), words_of(other)
    first, second = shingles_of(words), shingles_of(others)
    mine, theirs = set(first), set(second)
    fewest = min(len(mine), len(theirs))
    if fewest < LEAST:
        return False
    shared = len(mine & theirs)
    if shared < CONTAINED * fewest or shared < SIMILAR * len(mine | theirs):
        return False
    # Two reports that share only what their pages say below them begin differently; a copy with an
    # introduction of its own still holds the beginning of the other.
    begun = max(
        sum(shingle in whole for shingle in opening) / len(opening)
        for opening, whole in ((first[:HEAD], theirs), (second[:HEAD], mine))
    )
    return begun >= HEAD_CONTAINED and not _is_template(words, others)


def head(carriers: Iterable[Carrier]) -> Carrier:
    """The one that stands for the others, which are in the order of publication: an agency's
    original, else the earliest.

    Raises:
        ValueError: there are none.
    """

    def is_original(carrier: Carrier) -> bool:
        key = outlet_key(carrier.publisher or "")
        own = key in _AGENCIES or bool(carrier.agency and outlet_key(carrier.agency) == key)
        return bool(carrier.publisher) and own

    return max(carriers, key=is_original)


def shingles_of(words: Sequence[str]) -> list[str]:
    return list(map(" ".join, zip(*(words[start:] for start in range(WORDS)), strict=False)))


def _is_template(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether they differ as two issues of a price table do: in their figures."""
    # Sorted, because the matcher may judge a pair and its reverse differently.
    figures = [[word for word in words if _is_figure(word)] for words in (one, other)]
    first, second = sorted(each[:_COMPARED] for each in figures)
    if first == second:
        return False
    steps = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    swapped = sum(min(i - h, k - j) for step, h, i, j, k in steps if step == "replace")
    mine, theirs = Counter(one), Counter(other)
    reworded = [
        sum(n for word, n in changed.items() if not _is_figure(word))
        for changed in (mine - theirs, theirs - mine)
    ]
    fewest = min(reworded)
    return swapped >= max(FIGURES, FIGURES_SHARE * (swapped + fewest))


def _is_figure(word: str) -> bool:
    return any(map(str.isdigit, word))


_BATCH = 256  # articles between two commits
_CANDIDATES = 50  # of an article, those that share the most bands; so common texts cost no more

_UNCOMPARED = "SELECT id, publisher_key, text, kind FROM articles WHERE compared = 0 LIMIT ?"
# SQLite joins from left to right here, so the publisher is looked at for few rows only.
_SIMILAR = """SELECT a.id, a.story FROM (
                  SELECT other.article_id, count(*) AS shared
                  FROM bands mine CROSS JOIN bands other ON other.band = mine.band
                  WHERE mine.article_id = ?1 AND other.article_id != ?1
                  GROUP BY other.article_id HAVING shared >= ?2
              ) near CROSS JOIN articles a ON a.id = near.article_id
              WHERE a.publisher_key != ?3
              ORDER BY near.shared DESC, a.id LIMIT ?4"""


def follow(catalog: Catalog) -> None:
    """Where texts were compared by other rules than today's, have all compared anew."""
    if catalog.meta("copies") == rules():
        return
    with catalog.writing() as db:
        db.execute("DELETE FROM bands")
        db.execute("UPDATE articles SET story = NULL, compared = 0")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('copies', ?)", (rules(),))


def recover(catalog: Catalog) -> None:
    """Compare what the catalog marks as not compared; each batch wholly or not at all.

    Only copies of different publishers are linked, so a group has two publishers at least. Whatever
    takes an article out of its group marks the others as not compared (`Catalog.write`, `remove`),
    and the group is made anew from what is left.
    """
    waiting = catalog.number("SELECT count(*) FROM articles WHERE compared = 0")
    for _ in range(0, waiting, _BATCH):
        with catalog.writing() as db:
            rows = db.execute(_UNCOMPARED, (_BATCH,)).fetchall()
            done = [(row["id"],) for row in rows]
            db.executemany("DELETE FROM bands WHERE article_id = ?", done)
            for row in rows:
                # A live page changes all day and quotes the wires whole: it is nobody's copy.
                keys = set() if row["kind"] == "live" else set(band_keys(row["text"]))
                bands = [(key, row["id"]) for key in keys]
                db.executemany("INSERT INTO bands VALUES (?, ?)", bands)
            for row in rows:
                _link(db, row)
            db.executemany("UPDATE articles SET compared = 1 WHERE id = ?", done)


def _link(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Make one group, named by its lowest id, of an article, its copies and the groups they are
    in."""
    ids, joined = {row["id"]}, set()
    asked = (row["id"], SHARED, row["publisher_key"], _CANDIDATES)
    for other, story in db.execute(_SIMILAR, asked).fetchall():
        if story not in joined:  # of a group that is there already, one suffices
            [text] = db.execute("SELECT text FROM articles WHERE id = ?", (other,)).fetchone()
            if are_copies(row["text"], text):
                joined |= {story} - {None}
                ids.add(other)
    if len(ids) == 1:
        return
    marks = ",".join("?" * len(ids))
    stories = f"SELECT story FROM articles WHERE id IN ({marks})"
    whole = f"SELECT id FROM articles WHERE id IN ({marks}) OR story IN ({stories})"
    members = [row[0] for row in db.execute(whole, [*ids, *ids])]
    name = min(members)
    # A row is written whole, with its text: those that have the name already are left alone.
    rename = "UPDATE articles SET story = ?1 WHERE id = ?2 AND story IS NOT ?1"
    db.executemany(rename, [(name, member) for member in members])

"""How surely wire copies are found: planted ones of known origin, and the real ones of the data.

The data are articles of AllSides (Baly et al. 2020) as JSON lines with source, url, title, date and
content_original; they are used for measuring and never ship.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rensa import RMinHash, RMinHashLSH
from rich.table import Table

from ingest.archive.catalog import Catalog, Prepared
from ingest.archive.copies import WORDS, follow, recover, words_of
from ingest.article import Article, Moment, article_id
from ingest.datelines import parse_dateline

ARTICLES = 5_000
PLANTED = 200
PLANTED_WORDS = 200  # of an original, at least
SEED = 20_200
PEER_JACCARD, PEER_HASHES, PEER_BANDS = 0.8, 128, 16  # the settings of rensa's own benchmark
_CARRIER = "The Tide Post"
_AGENCY = "Harbour Wire"
# Real pairs that were read side by side and are one report: digests of their two addresses.
READ_AND_RIGHT = frozenset(
    (
        "1eacd667df9c 75d569a85381 8fb61b60dab7 33e9bf6ebdd9 6583f0017abe d1046b597722 991ed0fbe9cb"
    ).split()
)

Pair = tuple[str, str]  # two article ids, the lower one first


@dataclass(frozen=True)
class Method:
    """What one way of grouping found. Pairs count where both articles are real, of two
    publishers."""

    name: str
    found: float  # share of the planted copies that share a group with their original
    groups: int  # with a real pair in them
    pairs: tuple[Pair, ...]
    unread: tuple[Pair, ...]  # real pairs that nobody has judged to be right
    seconds: float


@dataclass(frozen=True)
class Figures:
    articles: int
    planted: int
    ours: Method
    peers: tuple[Method, ...]

    @property
    def ms_an_article(self) -> float:
        return 1000 * self.ours.seconds / (self.articles + self.planted)


@dataclass(frozen=True)
class Data:
    """Real articles and planted copies by id, and the original of each planted copy."""

    articles: dict[str, Article]
    planted: dict[str, str]

    def real_pairs(self, groups: Iterable[Sequence[str]]) -> Iterator[Pair]:
        for group in groups:
            real = sorted(i for i in group if i not in self.planted)
            for one, other in itertools.combinations(real, 2):
                if self.articles[one].publisher != self.articles[other].publisher:
                    yield one, other


def table(source: Path) -> Table:
    """Our figures beside those of an exact hash and of MinHash without a look at the texts."""
    figures = measure(source)
    shown = Table(title=f"Wire copies in {source.name}", title_justify="left")
    for name in ("method", "planted found", "real groups", "real pairs", "not judged", "seconds"):
        shown.add_column(name, justify="left" if name == "method" else "right")
    for method in (figures.ours, *figures.peers):
        shown.add_row(
            method.name, f"{method.found:.1%}", f"{method.groups}", f"{len(method.pairs)}",
            f"{len(method.unread)}", f"{method.seconds:.1f}",
        )  # fmt: skip
    shown.caption = (
        f"{figures.articles:,} articles and {figures.planted} planted copies; "
        f"{figures.ms_an_article:.2f} ms to write and compare one"
    )
    return shown


def measure(source: Path) -> Figures:
    """The same figures each time, but for the seconds."""
    data = read_data(source)
    methods: tuple[tuple[str, Callable[[Data], list[list[str]]]], ...] = (
        ("Dateline", grouped),
        ("equal text", _equal),
        (f"MinHash-LSH, Jaccard {PEER_JACCARD}", _unverified),
    )
    ours, *peers = (_method(name, data, group) for name, group in methods)
    real = len(data.articles) - len(data.planted)
    return Figures(real, len(data.planted), ours, tuple(peers))


def read_data(source: Path, limit: int = ARTICLES) -> Data:
    """The first articles of the file, and a copy of some of them under another publisher."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in itertools.islice(lines, limit)]
    real = {article_id(article): article for article in map(_article, records)}
    chance = random.Random(SEED)
    long = [i for i, article in real.items() if len(article.text.split()) >= PLANTED_WORDS]
    planted: dict[str, str] = {}
    copies: dict[str, Article] = {}
    for origin in chance.sample(long, PLANTED):
        copy = plant(real[origin], chance)
        copies[article_id(copy)] = copy
        planted[article_id(copy)] = origin
    return Data(real | copies, planted)


def plant(original: Article, chance: random.Random) -> Article:
    """A copy as another house prints it: other headline, place and credits, a paragraph cut."""
    paragraphs = [part for part in original.text.split("\n") if part.strip()]
    lead = parse_dateline(paragraphs[0])
    paragraphs[0] = paragraphs[0][lead.end if lead else 0 :]
    words = sum(len(part.split()) for part in paragraphs)
    short = [i for i, part in enumerate(paragraphs) if len(part.split()) <= words / 2]
    if len(paragraphs) > 1 and short:
        del paragraphs[chance.choice(short)]
    paragraphs[0] = f"PORT HAVEN, March 3 ({_AGENCY}) - {paragraphs[0]}"
    if chance.random() < 0.5:
        paragraphs.insert(0, "By Mara Quill and Ann Bay, Staff Writers")
    paragraphs.append("(Reporting by Mara Quill in Port Haven; editing by Bo Reef)")
    url = f"https://tidepost.example/{article_id(original)}"
    return replace(
        original, key=url, url=url, title="What happened, and what is known so far",
        text="\n\n".join(paragraphs), publisher=_CARRIER, agency=_AGENCY,
    )  # fmt: skip


def grouped(data: Data) -> list[list[str]]:
    """The groups that an archive of these articles has."""
    nothing = np.zeros((0, 1), np.float32)
    with tempfile.TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder) / "catalog.sqlite3")
        follow(catalog)
        for start in range(0, len(data.articles), 256):
            part = list(data.articles.items())[start : start + 256]
            catalog.write(Prepared(i, article, [], nothing) for i, article in part)
            recover(catalog)
        found: dict[str, list[str]] = defaultdict(list)
        for i, story in catalog.all("SELECT id, story FROM articles WHERE story IS NOT NULL"):
            found[story].append(i)
        catalog.close()
    return list(found.values())


def digest(data: Data, pair: Pair) -> str:
    """What a real pair is known by in `READ_AND_RIGHT`."""
    addresses = sorted(data.articles[i].url or "" for i in pair)
    return hashlib.sha256("\n".join(addresses).encode()).hexdigest()[:12]


def _method(name: str, data: Data, group: Callable[[Data], list[list[str]]]) -> Method:
    started = time.monotonic()
    groups = group(data)
    seconds = time.monotonic() - started
    of = {i: number for number, members in enumerate(groups) for i in members}
    found = sum(of.get(copy, -1) == of.get(origin, -2) for copy, origin in data.planted.items())
    pairs = tuple(data.real_pairs(groups))
    unread = tuple(pair for pair in pairs if digest(data, pair) not in READ_AND_RIGHT)
    real_groups = len({of[one] for one, _ in pairs})
    return Method(name, found / len(data.planted), real_groups, pairs, unread, seconds)


def _equal(data: Data) -> list[list[str]]:
    """Articles with the same text, white space aside."""
    found: dict[str, list[str]] = defaultdict(list)
    for i, article in data.articles.items():
        found[article.text_hash].append(i)
    return list(found.values())


def _unverified(data: Data) -> list[list[str]]:
    """What a sketch at the usual threshold takes for alike, without a look at the texts."""
    ids = list(data.articles)
    lsh = RMinHashLSH(PEER_JACCARD, PEER_HASHES, PEER_BANDS)
    sketches = [_sketch(data.articles[i].text) for i in ids]
    lsh.insert_many(sketches)
    parent = list(range(len(ids)))
    for number, near in enumerate(lsh.query_all(sketches)):
        for other in near:
            parent[_root(parent, other)] = _root(parent, number)
    found: dict[int, list[str]] = defaultdict(list)
    for number, i in enumerate(ids):
        found[_root(parent, number)].append(i)
    return list(found.values())


def _sketch(text: str) -> RMinHash:
    words = words_of(text)
    sketch = RMinHash(PEER_HASHES, SEED)
    sketch.update([" ".join(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)])
    return sketch


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _article(record: dict[str, str]) -> Article:
    url = record["url"]
    return Article(
        key=url, source="allsides", title=record["title"], text=record["content_original"],
        url=url, publisher=record["source"], published=Moment(record["date"], "metadata"),
    )  # fmt: skip

"""From [n] in a model's text to exact quotes with links that open the article at them, while the
text is still coming in.

What a model says is made harmless: no address, no image, no markup, whatever talked it into.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote as percent

from assistant.cite.support import best_of
from assistant.results import Citation, Passage
from assistant.write.stream import THOUGHT
from ingest.article import Article
from ingest.sentences import Span, sentences

_ADDRESS = re.compile(
    r"(?i)(?:[a-z][a-z0-9+.-]{1,20}:)?//\S*"  # with a scheme, or with that of the page
    r"|(?:https?|ftp):\S*"  # browsers need no slashes
    r"|\b(?:javascript|data|file|vbscript|blob|mailto|tel):\S+"
    r"|www\.\S*"
    r"|\b(?:[\w-]{1,63}\.){1,8}(?:[^\W\d_]{2,24}|xn--[\w-]+)(?::\d+)?/\S*"  # evil.example/x
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/\S*"
    r"|(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+\w+"
)
_LINK = re.compile(r"\](?=[(:])")  # [text](…) and [name]: …
_ROUNDS = 3  # of character references within character references
# Letters of Persian and Hindi, and emoji, are joined by them; plain letters are not.
_JOINER = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]+")


def harmless(text: str) -> str:
    """Plain text. Addresses vanish, since a model has none to give: links come from the archive.

    What is removed may join what stood around it, so it is done until nothing changes.
    """
    text, before = THOUGHT.sub("", text), ""
    while text != before:
        before = text
        for _ in range(_ROUNDS):
            text = html.unescape(text)
        # No control characters, none that are not seen or turn the direction of reading.
        odd = {c for c in text if unicodedata.category(c) in ("Cf", "Cc")} - set("\n\t\u200c\u200d")
        text = _JOINER.sub("", "".join(c for c in text if c not in odd))
        # No addresses, nor those in letters that browsers take for plain ones, such as full-width:
        # one for one, so that places stay the same.
        folded = text if text.isascii() else [unicodedata.normalize("NFKC", c) for c in text]
        plain = "".join(f if len(f) == 1 else c for f, c in zip(folded, text, strict=True))
        cuts = [0, *(at for match in _ADDRESS.finditer(plain) for at in match.span()), len(text)]
        text = "".join(text[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True))
        text = text.replace("<", "‹").replace(">", "›").replace("![", "[").replace("`", "'")
        text = _LINK.sub("] ", text)
    return text


# https://wicg.github.io/scroll-to-text-fragment/: `#:~:text=[prefix-,]start[,end][,-suffix]`, where
# the first place that fits is taken; words only match as a whole, by their base letters, and one
# part never runs over a block's end.
FEWEST = 3  # words of a part; a menu of the page may say fewer before the article does
MOST = 12  # words of a part
CONTEXTS = (4, 12, 40)  # words before and after a quotation whose own words stand twice

Words = Sequence[str]


def quote_link(article: Article, start: int, end: int) -> str | None:
    """The address of an article, made to open at `text[start:end]`; None without a web address.

    The fragment holds as few words of the quotation's beginning and end as lead there alone.
    """
    address = (article.url or "").split("#", 1)[0]
    if not address.lower().startswith(("http://", "https://")):
        return None
    page = f"{article.title}\n{article.text}"
    offset = len(article.title) + 1
    start, end = offset + start, offset + end
    start, end = end - len(page[start:end].lstrip()), start + len(page[start:end].rstrip())
    base = _base(page)
    lines = page[start:end].split("\n")
    first, last = lines[0].split(), lines[-1].split()
    ends: list[tuple[Words, Words]] = [(first[:n], last[-n:]) for n in range(FEWEST, MOST + 1)]
    if len(lines) == 1:  # all words of a short one, and of any whose ends stand twice
        ends = [each for each in ends if 2 * len(each[0]) < len(first)] + [(first, ())]
    # Without words around it; then with more and more on both sides of its line.
    left = page[:start].rstrip().rpartition("\n")[2].split()
    right = page[end:].lstrip().partition("\n")[0].split()
    contexts = [((), ()), *((left[-count:], right[:count]) for count in CONTEXTS)]
    ways = [(*words, *context) for context in contexts for words in ends]
    fitting = (way for way in ways if _opens_at(base, way) == (start, end))
    head, tail, before, after = next(fitting, ways[0])
    lead, close = (f"{_encoded(before)}-" if before else ""), f"-{_encoded(after)}" if after else ""
    parts = filter(None, (lead, _encoded(head), _encoded(tail), close))
    return f"{address}#:~:text={','.join(parts)}"


def _opens_at(base: str, way: tuple[Words, Words, Words, Words]) -> Span | None:
    """Where a fragment leads to; of words: its first, its last, those before it and after it."""
    head, tail, before, after = way
    lead = f"{_said(before)}\\s*" if before else ""
    close = f"\\s*{_said(after)}" if after else ""
    first = _whole(f"{lead}({_said(head)}){'' if tail else close}").search(base)
    if first is None or not tail:
        return first and first.span(1)
    last = _whole(f"({_said(tail)}){close}").search(base, first.end())
    return last and (first.start(1), last.end(1))


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def _said(words: Words) -> str:
    return r"\s+".join(map(re.escape, map(_base, words)))


def _base(text: str) -> str:
    """Letters without their accents, one for one."""
    return text if text.isascii() else "".join(unicodedata.normalize("NFD", c)[0] for c in text)


def _encoded(words: Words) -> str:
    return percent(" ".join(words), safe="").replace("-", "%2D")


_MARK = re.compile(
    r"(?<!\s)\s*(?:\[|【)(?:passages?\s+)?(\d+(?:\s*(?:,|;|and|-|–)\s*\d+)*)(?:\]|】)", re.I
)
# Small models write "as passage 2 says" in the place of a mark, or the tag in which they saw it.
_SPELT = re.compile(
    r"(?<![\[【‹])\bpassages?\s+(?:number\s+)?(\d{1,2}(?:\s*(?:,|and|-|–)\s*\d{1,2})*)\b"
    r"|‹passage\s+number=\"?(\d{1,2})\b[^›\n]{0,400}›|‹/passage›",
    re.I,
)
# Perhaps the start of a mark.
_OPEN_MARK = re.compile(
    r"(?:(?<!\s)\s*(?:\[|【)[^\]】\n]{0,40}|\bpassages?(?:\s+(?:number\b)?(?:[\d,\s–-]|an?d?){0,14})?"
    r"|‹/?(?:[pasge]{0,6}|passage[^›\n]{0,400}))$",
    re.I,
)
_OPEN_REFERENCE = re.compile(r"&[#\w;]{0,24}$")  # perhaps the start of &lt;
LONGEST_CLAIM = 2000  # characters before a mark that are looked at
_MOST = 20  # numbers that one mark may name
_RUN = re.compile(r"(?<!\d)(\d{1,3})(?!\d)(?:\s*[-–]\s*(\d{1,3})(?!\d))?")


@dataclass
class Citer:
    """Gives every distinct quote a number of its own, in the order of first use.

    Numbers that stand for no passage vanish. The same text gives the same numbers whether it comes
    at once or in pieces.
    """

    passages: Sequence[Passage]
    _quotes: dict[tuple[str, int, int], Citation] = field(default_factory=dict)
    _best: dict[tuple[int, str], Passage] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._quotes.values())

    def cite(self, quote: Passage, marked: Span | None = None) -> Citation:
        """The citation of a quote, the same one whenever it is the same quote."""
        key = (quote.article_id, quote.start, quote.end)
        if key not in self._quotes:
            self._quotes[key] = make_citation(len(self._quotes) + 1, quote, marked)
        return self._quotes[key]

    def render(self, raw: str, final: bool = False) -> str:
        """The model's text so far with its marks renumbered. What may go on as one is held back."""
        raw = harmless(raw if final else _OPEN_REFERENCE.sub("", raw))
        if not final:
            raw = _OPEN_MARK.sub("", raw)
        most = len(self.passages)

        def put(said: re.Match[str]) -> str:
            if said[1] is None:  # a tag
                return f"[{said[2]}]" if said[2] else ""
            return f"[{said[1]}]" if all(1 <= n <= most for n in _numbers(said[1])) else said[0]

        raw = _SPELT.sub(put, raw)
        text, before = _MARK.sub(lambda mark: self._marks(raw[: mark.start()], mark[1]), raw), ""
        # Marks and addresses may come about only when marks are taken out, as in "[[77]2]" and
        # "https:/[77]/evil.example".
        known = {str(citation.number) for citation in self._quotes.values()}
        while text != before:
            before = text
            text = harmless(_MARK.sub(lambda mark: mark[0] if mark[1] in known else "", text))
        return text.strip()

    def _marks(self, before: str, numbers: str) -> str:
        """The marks in place of one: what is cited is the sentence that it belongs to, which is the
        last one before it."""
        text = _MARK.sub("", before[-LONGEST_CLAIM:]).rstrip()
        spans = sentences(text)
        claim = text[slice(*spans[-1])] if spans else ""
        shown: dict[int, None] = {}
        for number in _numbers(numbers):
            if not 1 <= number <= len(self.passages):
                continue
            passage = self.passages[number - 1]
            if (number, claim) not in self._best:
                self._best[number, claim] = best_of(passage, claim)
            shown[self.cite(self._best[number, claim]).number] = None
        return "".join(f" [{number}]" for number in shown)


def make_citation(number: int, quote: Passage, marked: Span | None = None) -> Citation:
    """The citation of a quote; `marked`: [start, end) of the words of the article that answer."""
    article = quote.article
    return Citation(
        number=number,
        article_id=quote.article_id,
        title=article.title,
        publisher=article.publisher,
        byline=article.byline,
        published=quote.published,
        published_from=article.published.origin if article.published else None,
        url=article.url,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        link=quote_link(article, quote.start, quote.end),
        agency=article.agency,
        marked=marked,
    )


def _numbers(text: str) -> list[int]:
    numbers: list[int] = []
    for first, last in _RUN.findall(text):
        ends = int(first), int(last or first)
        is_run = 0 <= ends[1] - ends[0] <= _MOST
        numbers.extend(range(ends[0], ends[1] + 1) if is_run else ends)
    return numbers[:_MOST]

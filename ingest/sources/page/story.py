"""The words of a page's story: what trafilatura finds, with its gaps filled and strays dropped.

trafilatura keeps or drops each element on its own. A story is told in one place, though: what
stands between its paragraphs belongs to it, what stands beside that place does not. Error pages,
cookie walls, paywall stubs and lists of links are no story.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import trafilatura
from lxml.html import HtmlElement

from ingest.article import Moment
from ingest.sources.page.nodes import names
from ingest.text import one_line

_BLOCKS = frozenset(
    "p li h1 h2 h3 h4 h5 h6 blockquote pre td th dt dd div section article figcaption main aside "
    "header footer ul ol dl table thead tbody tfoot tr body html figure address center form "
    "fieldset nav caption details summary".split()
)
_LINES = frozenset("p li h1 h2 h3 h4 h5 h6 td th dt dd tr tbody thead tfoot table ul ol dl "
                   "blockquote pre center".split())  # fmt: skip
_UNSEEN = frozenset(
    "script style noscript template head svg iframe button select textarea input nav footer dialog "
    "object video audio canvas".split()
)
# Words in the class or id of what stands beside a story, not in it.
_BESIDE = re.compile(
    r"""(?:^|[\s_-])(?:newsletters?|related|recirc\w*|recommend\w*|promo\w*|shar(?:e|ing)\w*
    |social\w*|comments?|disqus\w*|bio|byline|breadcrumbs?|footer|subscribe|subscription|sign-?up
    |singup|sponsor\w*|advert\w*|ads?|cookies?|consent|gdpr|pop-?up|modal|overlay|tooltip|rollover
    |nav|navbar|menu|sidebar|rail|outbrain|taboola|trending|popular|most-?read|read-?more|read-?next
    |also|tags?|topics?|print|toolbar|rating|widget|caption|credits?|cta|(?<!overflow-)hidden|meta|author\w*
    |gallery|slideshow|carousel|jump-?link|disclosure|disclaimer)(?=$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
_HIDDEN_STYLE = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:(?:visually-?)?hidden|sr-only|screen-reader(?:-text)?|rollover[\w-]*"
    r"|(?:tooltip|popup)(?:-?(?:text|content|body))?)(?=$|\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Block:
    """A line of text as a reader sees it, and where it stands."""

    element: HtmlElement
    text: str
    linked: int  # characters of it inside links
    beside: int  # elements around it that by their names stand beside a story

    @cached_property
    def words(self) -> tuple[str, ...]:
        return words_of(self.text)

    @cached_property
    def home(self) -> HtmlElement:
        """The element that holds it together with its neighbours: no paragraph, list or table."""
        element = self.element
        while element.tag in _LINES and element.getparent() is not None:
            element = element.getparent()
        return element

    @property
    def is_link(self) -> bool:
        """Whether more than half of it leads elsewhere."""
        return self.linked > 0.6 * len(self.text)


def words_of(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))


def blocks(tree: HtmlElement) -> list[Block]:
    """Every block with words that a reader of the page sees, in order."""
    body = tree.find("body")
    root, reader = tree if body is None else body, _Reader()
    reader.read(root, root, 0)
    return [block for block in reader.found if block.words]


class _Reader:
    """Walks a tree; inline text gathers until a block begins or ends."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self._pieces: list[str] = []
        self._linked = 0

    def read(self, element: HtmlElement, home: HtmlElement, beside: int) -> None:
        """`home`: the block around it, which has the words that stand in no block of their own."""
        is_block = element is home or element.tag in _BLOCKS
        if is_block:
            self._end(home, beside)
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            return
        if _HIDDEN_STYLE.search(element.get("style") or ""):
            return
        if is_block:
            home = element
            whole = element.tag in ("body", "html")
            if element.tag in ("aside", "figcaption") or (
                not whole and _BESIDE.search(names(element))
            ):
                beside += 1
        elif _HIDDEN_CLASS.search(element.get("class") or ""):
            return
        elif element.tag == "br":
            self._end(home, beside)
            return
        start = len(self._pieces)
        self._pieces.append(element.text or "")
        for child in element:  # comments too, whose tails are text of the page
            self.read(child, home, beside)
            self._pieces.append(child.tail or "")
        if is_block:
            self._end(home, beside)
        elif element.tag == "a":
            self._linked += sum(map(len, self._pieces[start:]))

    def _end(self, element: HtmlElement, beside: int) -> None:
        text = " ".join("".join(self._pieces).split())
        if text:
            # Cards are links around headings.
            card = element.tag in ("h2", "h3", "h4") and element.xpath("ancestor::a")
            self.found.append(Block(element, text, len(text) if card else self._linked, beside))
        self._pieces.clear()
        self._linked = 0


# The words of a heading of an error page or of a check for robots: all of it says nothing else, and
# one of them says what it is.
_ERROR = frozenset(
    "400 401 403 404 410 429 500 502 503 found find denied forbidden unavailable gateway error moment "
    "attention robot human interruption check verify verifying gefunden introuvable trouvée "
    "encontrada trovata gevonden".split()
)
_AROUND_ERROR = _ERROR | frozenset(
    "oops sorry we can t cannot couldn could not be the page access to this has been is was that "
    "service bad internal server just a one please required are you pardon our security too many "
    "requests unauthorized gone http seite nicht non página no pagina niet".split()
)
_CHECK = re.compile(
    r"enable\s+javascript|verify\s+(?:that\s+)?you\s+are\s+(?:a\s+)?human|unusual\s+traffic"
    r"|checking\s+your\s+browser|ray\s+id|you\s+have\s+been\s+blocked",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"\b(?:cookies?|consent\w*|gdpr|privacy\s+policy|personal\s+data|our\s+partners|vendors?"
    r"|personenbezogen\w*|datenschutz\w*|einwillig\w*|partenaires|données\s+personnelles)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:we|our\s+(?:\w+\s+)?partners|this\s+(?:site|website))\b.{0,60}\b(?:use|store|process|access)"
    r"|\baccept\s+(?:all|cookies)|\bmanage\s+(?:your\s+)?(?:preferences|settings|options|choices)"
    r"|\byour\s+(?:consent|choices|privacy)|\b(?:alle\s+)?akzeptieren|\bwir\b.{0,60}\b(?:verwenden|nutzen"
    r"|verarbeiten)|\b(?:tout\s+)?accepter\b|\bpartenaires\b|\baceptar\b",
    re.IGNORECASE | re.DOTALL,
)
_PAYWALL = re.compile(
    r"(?:subscribe|sign\s+(?:up|in)|log\s+in|register)\s+(?:now\s+)?to\s+(?:continue|keep|read|unlock)"
    r"|^\W*to\s+(?:continue|keep)\s+reading|read\s+the\s+(?:full|rest\s+of\s+th\w+)\s+(?:story|article)"
    r"|(?:for|to)\s+(?:our\s+)?subscribers\s+only|already\s+a\s+subscriber|subscriber-only|exclusive\s+to"
    r"\s+subscribers|jetzt\s+weiterlesen|weiterlesen\s+mit|nur\s+für\s+abonnenten|réservée?\s+aux\s+"
    r"abonnés|il\s+vous\s+reste\s+[\d.,]+\s*%|(?:solo|exclusivo)\s+para\s+suscriptores",
    re.IGNORECASE,
)
_ERROR_WORDS = 250  # an error page has hardly more, menus not counted
# A story may be shorter, but not where its page asks to pay for the rest. Briefs on paid sites, as
# a subscriber saves them, begin at about this length: to lose one is worse than to keep a teaser.
_TEASER_WORDS = 80
_CHECK_WORDS = 150
_WALL_WORDS = 400
_WALL_SHARE = 0.03  # of its words are about cookies; of an article about them it is a third of that
_TEASERS = 6  # linked headings
_LIST_WORDS = 300  # of all its teasers' prose; "Ten things to know" tells more
_TOLD = 150  # words of prose that a list of links does not have


def reason_it_is_none(
    fields: Mapping[str, object], text: str, found: Sequence[Block], tree: HtmlElement
) -> str | None:
    """Why a page is no article, as a reason to report; None when it is one.

    Args:
        fields: as `page_fields` gives them.
        text: the story that was found.
        found: every block of the page.
    """
    words = len(text.split())
    title = str(fields.get("title") or "")
    headings = [title, *(one_line(node.text_content()) for node in tree.xpath("//h1|//title"))]
    for heading in headings if words < _ERROR_WORDS else ():
        # But for the site's name: "404 homes lost" is a headline.
        said = set(words_of(re.split(r"[|–—]|\s-\s", heading)[0]))
        if said & _ERROR and said <= _AROUND_ERROR:
            return f"it is an error page ({heading[:60]}), not an article"
    if words < _CHECK_WORDS and _CHECK.search(text):
        return "it is a check for robots, not an article"
    wall = _ASKS.search(text) and len(_COOKIES.findall(text)) > max(3, _WALL_SHARE * words)
    if words < _WALL_WORDS and wall:
        return "it shows a cookie notice instead of an article"
    if words < _TEASER_WORDS:
        # What asks for money stands below the first words; a login on top is on every page.
        told = next((i for i, block in enumerate(found) if block.text in text), 0)
        if fields.get("free") is False or any(_PAYWALL.search(b.text) for b in found[told:]):
            return "it shows only the beginning of the article: the rest is behind a paywall"
    if _is_list(fields, text, found):
        return "it is a list of articles, not an article"
    return None


def _is_list(fields: Mapping[str, object], text: str, found: Sequence[Block]) -> bool:
    """A page of teasers that does not say that it is an article, or a site's first page. A day that
    merely stands on it may be a teaser's."""
    if fields.get("authors") or fields.get("article") or fields.get("type") == "article":
        return False
    teasers = sum(b.is_link and b.element.tag in ("h2", "h3", "h4", "a") for b in found)
    prose = max((len(p.split()) for p in text.split("\n")), default=0)
    first = urlsplit(str(fields.get("url") or "")).path in ("", "/") and fields.get("url")
    short = prose < _TOLD and len(text.split()) < _LIST_WORDS
    day = fields.get("published")
    dated = day is not None and not (isinstance(day, Moment) and day.origin == "text")
    return teasers >= _TEASERS and (bool(first) or (short and not dated))


Gram = tuple[str, ...]

# Chosen with `python -m benchmarks` on 102 pages; see docs/DECISIONS.md.
HOME_SHARE = 0.12  # of the story's words that a place must hold to be one where it is told
KEPT_SHARE = 0.7  # of a block's word triples that trafilatura must have kept
_GRAM = 3
_LONG = 10  # words of a paragraph outside the first and last kept ones that is still told
_LOOSE = 15  # the same of text that stands in no paragraph
_ENDS = (".", ".”", '."', "!", "?")
_LEAD = re.compile(
    r"""^\W*(?:related|read\ (?:more|also)|see\ (?:also|more)|also\ read|more\ (?:on|from|about|news|stories)|more:|watch|listen|video
    |photos?|gallery|recommended|click\ here|sign\ up|subscribe|follow|download|copyright|©
    |image\ credit|credit|advertisement|don.t\ miss|mehr|lire\ aussi|leia|veja)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def story_text(tree: HtmlElement, found: Sequence[Block]) -> str:
    """The story of a page as paragraphs set apart by blank lines; "" when there is none.

    Args:
        tree: the page as `trafilatura.load_html` parses it; it is not changed.
        found: its blocks.
    """
    kept = trafilatura.extract(
        tree, include_comments=False, include_tables=True, favor_recall=True, fast=True
    )
    lines = [line for line in (kept or "").split("\n") if line.strip()]
    if not lines:
        return ""
    return "\n\n".join([block.text for block in _told(found, lines)] or lines)


def _told(found: Sequence[Block], lines: Sequence[str]) -> list[Block]:
    """The blocks of the story; none where no place holds enough of it.

    Args:
        lines: what trafilatura kept.
    """
    grams = {gram for line in lines for gram in _grams(words_of(line))}
    kept: dict[Block, bool] = {}
    for block in found:
        own = _grams(block.words)
        kept[block] = sum(gram in grams for gram in own) > KEPT_SHARE * len(own)
    prose: Counter[HtmlElement] = Counter()
    for block in filter(kept.get, found):
        prose[block.home] += len(block.words)
    enough = HOME_SHARE * sum(prose.values())
    core = {home for home, count in prose.items() if count >= enough}
    if not core:
        return []
    # The smallest element that holds all of them: of those that do, the one that lies deepest.
    holding = set.intersection(*({home, *home.iterancestors()} for home in core))
    around = max(holding, key=lambda element: len(list(element.iterancestors())))
    usual = min(block.beside for block in found if block.home in core)
    # Elements made like those that hold the story: pages are cut up to put adverts between.
    made = {(home.tag, home.get("class")) for home in core if home.get("class")}
    homes = core | {b.home for b in found if (b.home.tag, b.home.get("class")) in made}
    places = [i for i, block in enumerate(found) if kept[block] and block.home in homes]
    told = []
    for i, block in enumerate(found):
        at_home, tag = block.home in homes, block.element.tag
        if not (at_home or around in (block.element, *block.element.iterancestors())):
            continue
        if block.beside > usual and block.home not in core:
            continue
        if kept[block]:  # but for a link to another story among the paragraphs
            belongs = not (block.is_link and (tag == "li" or _LEAD.match(block.text)))
        else:
            between = places[0] <= i <= places[-1]
            belongs = at_home and block.beside <= usual and _fills(block, between)
        if belongs:
            told.append(block)
    return told


def _grams(words: Gram) -> list[Gram]:
    return [words[i : i + _GRAM] for i in range(max(1, len(words) - _GRAM + 1))]


def _fills(block: Block, between: bool) -> bool:
    """Whether a block that trafilatura dropped belongs to the story nevertheless."""
    tag, count = block.element.tag, len(block.words)
    # Newspapers link whole sentences to what they told before; a teaser is a headline, no sentence.
    told = between and count >= _LONG and block.text.endswith(_ENDS)
    if (block.is_link and not told) or _LEAD.match(block.text):
        return False
    return (
        between
        or (tag == "p" and count >= _LONG)
        or (block.element is block.home and count >= _LOOSE)
    )

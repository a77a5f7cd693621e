"""Pages that are no article: error pages, cookie walls, paywall stubs, lists of links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ingest.sources.page.blocks import Block
from ingest.text import one_line

_ERROR = re.compile(
    r"^\W*(?:(?:sorry\W*)?(?:we\s+)?(?:can.?t|cannot|couldn.?t|could\s+not)\s+(?:be\s+)?f(?:ind|ound)\b"
    r"|(?:error\W*)?(?:400|401|403|404|410|429|500|502|503)\b|(?:oops\W*)?(?:the\s+)?page\s+"
    r"(?:not|can(?:no|.)t\s+be)\s+found|not\s+found|access\s+(?:denied|to\s+this\s+page)|forbidden"
    r"|service\s+unavailable|bad\s+gateway|internal\s+server\s+error|just\s+a\s+moment"
    r"|attention\s+required|are\s+you\s+(?:a\s+robot|human)|pardon\s+our\s+interruption"
    r"|one\s+moment,?\s+please"
    r"|security\s+check|verify(?:ing)?\s+you|seite\s+nicht\s+gefunden|page\s+(?:introuvable|non\s+"
    r"trouv)|página\s+no\s+encontrada|pagina\s+n(?:on|iet)\s+)",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:[\s\W]*(?:error|not|found|page|forbidden|access|denied|bad|gateway|service|unavailable|internal"
    r"|server|too|many|requests|unauthorized|gone|this|has|been|is|was|that|human|bot|please|trouvée?"
    r"|trovata|gevonden|gefunden|encontrada)\b)*[\s\W]*(?:$|[|–—-]\s)",
    re.IGNORECASE,
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
    if words < _ERROR_WORDS and (error := next(filter(_is_error, headings), None)):
        return f"it is an error page ({error[:60]}), not an article"
    if words < _CHECK_WORDS and _CHECK.search(text):
        return "it is a check for robots, not an article"
    wall = _ASKS.search(text) and len(_COOKIES.findall(text)) > max(3, _WALL_SHARE * words)
    if words < _WALL_WORDS and wall:
        return "it shows a cookie notice instead of an article"
    if words < _TEASER_WORDS and _is_paywalled(fields, text, found):
        return "it shows only the beginning of the article: the rest is behind a paywall"
    if _is_list(fields, text, found):
        return "it is a list of articles, not an article"
    return None


def _is_error(heading: str) -> bool:
    """Whether the words of an error are all there is, but for the site's name: "404 homes lost" is
    a headline."""
    match = _ERROR.match(heading)
    return match is not None and _END.match(heading, match.end()) is not None


def _is_paywalled(fields: Mapping[str, object], text: str, found: Sequence[Block]) -> bool:
    """What asks for money stands below the first words; a login on top is on every page."""
    told = next((i for i, block in enumerate(found) if block.text in text), 0)
    return fields.get("free") is False or any(_PAYWALL.search(block.text) for block in found[told:])


def _is_list(fields: Mapping[str, object], text: str, found: Sequence[Block]) -> bool:
    """A page of teasers that does not say that it is an article, or a site's first page."""
    if fields.get("authors") or fields.get("article") or fields.get("type") == "article":
        return False
    teasers = sum(b.is_link and b.element.tag in ("h2", "h3", "h4", "a") for b in found)
    prose = max((len(p.split()) for p in text.split("\n")), default=0)
    first = urlsplit(str(fields.get("url") or "")).path in ("", "/") and fields.get("url")
    short = prose < _TOLD and len(text.split()) < _LIST_WORDS
    return teasers >= _TEASERS and (bool(first) or (short and not fields.get("published")))

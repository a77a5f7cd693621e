"""News, opinion, analysis or live coverage: told from markup, section, address and headline."""

from __future__ import annotations

import re
from typing import cast

from ingest.article import Kind

_LABELS = {
    "opinion": "opinion op-ed oped editorial editorials column columns columnist columnists "
               "commentary comment commentisfree opinions letters viewpoint viewpoints perspective "
               "kommentar meinung gastbeitrag leitartikel kolumne opinion tribune chronique édito "
               "opinión editoriales columnas",
    "analysis": "analysis explainer explainers analyse análisis hintergrund",
    "live": "live liveblog liveblogs live-blog live-updates liveticker ticker direct",
}  # fmt: skip
_KIND_OF = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}
_SCHEMA = {"opinionnewsarticle": "opinion", "analysisnewsarticle": "analysis",
           "liveblogposting": "live"}  # fmt: skip
_FIRST = re.compile(
    r"^[\W_]{0,5}(?P<label>(?:news\s+)?[\w-]+)\s*(?P<break>[:|–—-])\s", re.IGNORECASE
)
_LIVE = re.compile(
    r"^live(?:\s*[:|]|\s+[–—-]\s)|(?:^|[-–—|:,]\s*)live\s+(?:updates|blog|coverage|ticker)\b"
    r"|\blive\s+(?:updates|blog|coverage|ticker)\s*(?:$|[:|–—-])|\bas\s+it\s+happened\b"
    r"|[-–—|:]\s*live$",
    re.IGNORECASE,
)
_LABEL = 60  # characters of a headline in which a label stands
# "…/analysis/…" also names market data, "…/live/…" concerts: alone they do not count.
_LIVE_PATH = re.compile(
    r"/(?:live-?blogs?|live-?updates|live-?ticker|(?:news|sport|world)/live)(?=[/?#]|$)", re.I
)
_BEFORE_DASH = ("opinion", "op-ed", "analysis", "editorial", "comment", "commentary", "kommentar")


def kind_of(
    stated: str | None, section: str | None, url: str | None, title: str | None = None
) -> Kind:
    """The kind of an article.

    Args:
        stated: as a record or a page's markup names it, such as "op-ed" or "LiveBlogPosting".
        title: for labels before it, such as "Opinion | …", and for "… – live updates".
    """
    for label in (stated, section):
        if kind := _labelled(label):
            return kind
    for part in re.split(r"[/?#]", (url or "").lower())[3:]:
        if _KIND_OF.get(part) == "opinion":
            return "opinion"
    if _LIVE_PATH.search(url or ""):
        return "live"
    return _of_headline(title or "")


def _labelled(label: str | None) -> Kind | None:
    """Of "Opinion", "Opinion | Columnists" or "world/opinion"."""
    text = (label or "").strip().lower()
    for part in (text, *re.split(r"\s*[|/>:,]\s*", text)):
        if kind := _SCHEMA.get(part) or _KIND_OF.get(part):
            return cast("Kind", kind)
    return None


def _of_headline(title: str) -> Kind:
    if _LIVE.search(title):
        return "live"
    match = _FIRST.match(title[:_LABEL])
    label = match["label"].lower().removeprefix("news ") if match else ""
    if match and match["break"] in "–—-" and label not in _BEFORE_DASH:
        return "news"  # "Letters - how the post office lost them"
    return cast("Kind", _KIND_OF.get(label, "news"))

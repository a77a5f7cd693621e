"""What news text carries beside its words: byline, dateline, agency, credits, page rubbish, notes
of corrections; and its kind, news, opinion, analysis or live coverage, from markup, section,
address and headline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from ingest.article import Article, Kind, Moment
from ingest.byline import is_byline, parse_byline
from ingest.datelines import HEAD_LINES, STORY_LINE, find_dateline, is_label
from ingest.dates import days_of_line, parse_moment
from ingest.text import language_tag, one_line

# Words of papers, and types of https://schema.org.
_LABELS = {
    "opinion": "opinion op-ed oped editorial editorials column columns columnist columnists "
               "commentary comment commentisfree opinions letters viewpoint viewpoints perspective "
               "kommentar meinung gastbeitrag leitartikel kolumne opinion tribune chronique édito "
               "opinión editoriales columnas opinionnewsarticle",
    "analysis": "analysis explainer explainers analyse análisis hintergrund analysisnewsarticle",
    "live": "live liveblog liveblogs live-blog live-updates liveticker ticker direct "
            "liveblogposting",
}  # fmt: skip
_KIND_OF = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}
_FIRST = re.compile(r"^[\W_]{0,5}(?P<label>(?:news\s+)?[\w-]+)\s*[:|–—-]\s", re.IGNORECASE)
_LIVE = re.compile(
    r"^live(?:\s*[:|]|\s+[–—-]\s)|(?:^|[-–—|:,]\s*)live\s+(?:updates|blog|coverage|ticker)\b"
    r"|\blive\s+(?:updates|blog|coverage|ticker)\s*(?:$|[:|–—-])|\bas\s+it\s+happened\b"
    r"|[-–—|:]\s*live$",
    re.IGNORECASE,
)
_LABEL_LENGTH = 60  # characters of a headline in which a label stands
# "…/analysis/…" also names market data, "…/live/…" concerts: alone they do not count.
_LIVE_PATH = re.compile(
    r"/(?:live-?blogs?|live-?updates|live-?ticker|(?:news|sport|world)/live)(?=[/?#]|$)", re.I
)


def kind_of(
    stated: str | None, section: str | None, url: str | None, title: str | None = None
) -> Kind:
    """The kind of an article.

    Args:
        stated: as a record or a page's markup names it, such as "op-ed" or "LiveBlogPosting".
        title: for labels before it, such as "Opinion | …", and for "… – live updates".
    """
    for label in (stated, section):  # "Opinion", "Opinion | Columnists" or "world/opinion"
        text = (label or "").strip().lower()
        for part in (text, *re.split(r"\s*[|/>:,]\s*", text)):
            if kind := _KIND_OF.get(part):
                return cast("Kind", kind)
    for part in re.split(r"[/?#]", (url or "").lower())[3:]:
        if _KIND_OF.get(part) == "opinion":
            return "opinion"
    if _LIVE_PATH.search(url or "") or _LIVE.search(title or ""):
        return "live"
    match = _FIRST.match((title or "")[:_LABEL_LENGTH])
    first = match["label"].lower().removeprefix("news ") if match else ""
    return cast("Kind", _KIND_OF.get(first, "news"))


# "UPDATE 2-Bank lifts rates", "CORRECTED-Mine closes": how wires mark versions of a headline.
_MARK = re.compile(
    r"^(?:(?P<mark>(?:UPDATE|WRAPUP|CORRECTED|CORRECTION|REFILE|RPT|REPEAT|RECAST|CLARIFICATION|AMENDED)"
    r"(?:[ -](?:\d+|REFILE|CORRECTED|UPDATE))*)|\(?(?i:updated?|update \d+)\)?)\s*[-–—:]\s*(?=\S)"
)
# A line in brackets above a wire story: "(Corrects day in second paragraph)".
_BRACKETED = re.compile(
    r"^\(\s*(?:(?:corrects?|corrected|correcting|refiles?|refiled|adds?|updates?|updated|recasts?"
    r"|clarifies|clarified|amends?|removes?|fixes|writes through|changes)\b)[^()]{3,400}\)\.?$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^[\W_]*(?:(?:corrections?(?:\s+and\s+clarifications?)?|clarifications?|errat(?:um|a)"
    r"|editor[’']?s[’']?\s+notes?|korrektur|berichtigung|rectificatif|rectificación|corrección)"
    r"(?:\s*\([^()]{1,60}\)|,?\s+[A-Z][a-z]+\.?\s+\d{1,2}(?:,\s+\d{4})?)?\s*[:—]\s*\S"
    r"|this\s+(?:article|story|piece|post|item|version|column|caption)"
    r"(?:\s+(?:originally|first|published|posted|which|that|on|online|has|since)){0,4}"
    r"\s+(?:was|has\s+been|have\s+been)\s+(?:\w+\s+){0,2}?"
    r"(?:amended|corrected|updated|clarified|edited)\b"
    r"|the\s+(?:headline|caption)\s+(?:of|on)\s+this\s+\w+\s+(?:\w+\s+){1,3}?corrected\b"
    r"|an?\s+(?:earlier|previous|original)\s+version\s+of\s+(?:this|the)\s+(?:\w+\s+)?"
    r"(?:article|story|piece|report|post|headline|item|column|caption|graphic|chart|map|table|photo)"
    r"\b"
    r"|an?\s+(?:earlier|previous)\s+(?:article|story|headline|report)\s+(?:\w+\s+){0,3}?"
    r"(?:incorrectly|misstated|misspelled|wrongly)\b)",
    re.IGNORECASE,
)
_HEAD, _TAIL = 4, 6  # lines with words at either end of a text among which notes stand
_LONGEST = 900  # characters of a note; a longer line is the story


def unmark(title: str) -> tuple[str, str | None]:
    """(headline without its mark, the mark).

    >>> unmark("UPDATE 2-Bank lifts rates")
    ('Bank lifts rates', 'UPDATE 2')
    """
    match = _MARK.match(title)
    return (title[match.end() :], match["mark"] or "UPDATE") if match else (title, None)


def take_notes(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """(lines of the story, notes) of a text whose paragraphs are lines."""
    told = [i for i, line in enumerate(lines) if line.strip()]
    ends = {*told[:_HEAD], *told[-_TAIL:]}
    notes = {i for i in ends if is_note(lines[i].strip(), at_top=i in told[:_HEAD])}
    if len(notes) == len(told):
        return list(lines), []  # a text of nothing but corrections is a story of its own
    return (
        [line for i, line in enumerate(lines) if i not in notes],
        [lines[i].strip().strip("()") for i in sorted(notes)],
    )


def is_note(line: str, *, at_top: bool = False) -> bool:
    """Whether a whole line tells of a correction or an update, not of the news."""
    return len(line) <= _LONGEST and bool((at_top and _BRACKETED.match(line)) or _NOTE.match(line))


# Whole lines only: a sentence of an article that mentions newsletters must survive.
_RUBBISH = re.compile(
    r"""^\W*(?:
      (?:sign|signing)\ up\ (?:for|to|here)\b.*\b(?:newsletters?|briefings?|alerts?|e-?mails?|inbox|updates?)\b.*
    | subscribe\ (?:to|now|today|here|for)\b.* | (?:get|receive)\ (?:our|the)\ .*newsletters?.*
    | (?:this\ (?:site|website)|we)\ (?:and\ our\ \w+\ )?uses?\ cookies.*
    | by\ (?:continuing|using)\ .*\b(?:site|website|cookies)\b.*
    | our\ standards:.* | register\ now\ for\ free.* | .{0,80}\ball\ rights\ reserved\b.{0,40}
    | (?:copyright|©|\(c\))\W{0,3}(?:©|\(c\))?\W{0,2}(?:19|20)\d\d\b.*
    | (?:story|article)\ continues\ (?:below|after).* | comments?\ (?:are\ )?(?:closed|off|disabled).*
    | (?:click\ here\ |if\ you\ .{0,60})?to\ (?:unsubscribe|opt\ out)\b.* | unsubscribe\b.{0,80}
    | (?:manage|update|change|edit)\ (?:your\ )?(?:e-?mail\ |subscription\ )?preferences\b.*
    | (?:view|read|open|see)\ (?:this|it)(?:\ e-?mail|\ message|\ newsletter)?\ (?:in\ (?:your|a|the)\ \w*\ ?browser|online).*
    | (?:having\ )?(?:trouble|problems?)\ (?:viewing|reading|seeing)\ this\b.*
    | you(?:'re|’re|\ are|\ have|'ve|’ve)?\ (?:receiv\w+|getting|subscribed)\ (?:to\ )?(?:this|our)\b.*
    | this\ (?:e-?mail|message|newsletter)\ was\ sent\ (?:to|by)\b.* | sent\ from\ my\ .{1,40}
    | add\ us\ to\ your\ address\ book.* | forward\ (?:this\ )?to\ a\ friend.*
    | (?:newsletter\ )?(?:abbestellen|abmelden)\W*
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
# These may also start a sentence, so they count only where the line is no sentence.
_LABEL = re.compile(
    r"""^\W*(?:
      (?:leave|post|add|write)\ a\ (?:comment|reply) | (?:view|show|load)?\ ?(?:all\ )?\d*\ ?comments?
    | (?:join|start)\ the\ (?:conversation|discussion).*
    | share(?:\ (?:this|on|via|to|with|full|the)\b.*)? | (?:share|tweet|pin|email|print|save|copy\ link)(?:\W+(?:share|tweet|pin|email|print|save|copy\ link))*
    | (?:facebook|twitter|whatsapp|linkedin|reddit|telegram|pinterest|instagram|x|threads|email|print)(?:\W+(?:facebook|twitter|whatsapp|linkedin|reddit|telegram|pinterest|instagram|x|threads|email|print))*
    | follow\ (?:us|me)\b(?!,).* | (?:read|see)\ (?:more|also|next)\b:?.* | (?:related|recommended|more)\ (?:articles?|stories|stor(?:y|ies)|content|topics|news|coverage|from\ (?!.*[:“‘"]).*|on\ this.*)\W*.*
    | (?:sign|signing)\ up\ .* | subscribe | newsletters? | (?:manage\ |accept\ (?:all\ )?|your\ )(?:cookies?|cookie\ (?:settings|policy|preferences)).*
    | cookie\ (?:notice|policy|settings|preferences|consent) | accept\ (?:all|cookies).* | privacy\ policy(?:\W+(?:terms|cookies?|contact|imprint|and|of|use|service|policy))* | terms\ of\ (?:use|service).*
    | (?-i:[^.!?]{3,150}\ Read\ [Mm]ore) | advertisement | continue\ reading.* | skip\ to\ (?:main\ )?content | back\ to\ top
    | (?:click|tap)\ here\b.* | (?:copyright|©|\(c\))\W+(?:(?:©|\(c\))\W*)?(?:19|20)\d\d.* | ©\ .* | download\ (?:our|the)\ app.*
    | log\ ?in | sign\ in | menu | search | home | loading\W* | image\ source:?.* | (?:getty|file|stock)\ (?:images?|photo)
    | [^.!?]{0,40}:\ https?://\S+(?:\ and\ https?://\S+)*
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
# What the agencies and their customers put under a picture; how who wrote it is reached, or where
# the paper is followed.
_FURNITURE = re.compile(
    r"""^\W*(?:FILE(?:\ (?:PHOTO|IMAGE|VIDEO))?\s*[-–—:(] | In\ this\ .{0,30}\d,?\ (?:file\ )?photo\b)
    | \((?:(?:AP|AFP|EPA|Reuters)\ Photo|Photo\ by|Image\ credit|(?:[^()]{1,60}\W)?Getty\ Images)[^()]{0,80}\)\W*$
    | \bREUTERS/[A-Z][^.]{1,40}\W*$
    | ^(?=[^“„«‘"'].{1,220}$)\W*(?:
        (?i:e-?mail|contact|reach|write\ to|tweet)\ (?:us|me|(?:the\ )?(?:author|writer|reporter)s?
        |[A-Z][\w.’'-]+(?:\ [A-Z][\w.’'-]+){0,2})(?:\ on\ \w+)?(?:\ at\ |:?\ (?=@)).*
      | (?i:have|got)\ an?\ \w+\?\ .*
      | (?i:follow)\ (?:the\ )?(?:him|her|them|us|me|[A-Z@][\w’'-]*(?:\ [\w’'-]+){0,4}?)\ (?:on\ .*|(?=@))
      )(?:[\w.-]+@\w[\w.-]+|@\w{2,}|\b(?:twitter|facebook|instagram|x)\.com/\S+
      |\b(?:Twitter|Facebook|Instagram|LinkedIn|YouTube|Telegram|Mastodon|X))\W*$""",
    re.VERBOSE,
)
_READER = re.compile(
    r"\b(?:our|your|you|we|us|newsletters?|inbox|reserved|continues|unsubscribe|this e-?mail|this message)\b|©",
    re.I,
)
_SENTENCE_WORDS = 7  # a line of at least so many words that ends as a sentence does is one
_RUBBISH_LENGTH = 220
_SPEECH = "“„«‘\"'"  # “Follow me,” he said

_CREDITS = re.compile(
    r"""^[(\[]?\s*(?P<credits>(?:(?:additional|with)\s+)?(?:reporting|reported|writing|written|edited
    |editing|compiled|translated)\s+(?:and\s+\w+\s+)?by\b.{3,400}?
    |.{3,200}\ contributed\ to\ this\ report)\s*[)\]]?\.?$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_CREDIT_WORDS = frozenset(
    "reporting reported writing written edited editing compiled translated by and in with for from "
    "additional of at the to contributed this report de da di van von der den al bin el la le "
    "research graphics".split()
)
_SENTENCE_REST = 3  # words beside the dates of a sentence, at least
_BESIDE_DAYS, _CREDITED = 24, 60  # characters beside the dates of a date line; where it has a label
_DATED = re.compile(
    r"publ|post|veröff|erschien|stand\b|date|datum|fecha|data\b|пуб|opubl", re.IGNORECASE
)


@dataclass
class Wire:
    """What was found around the words of a story, under the names of an Article, and the words."""

    body: str
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    agency: str | None = None
    credits: str | None = None
    correction: str | None = None
    published: Moment | None = None
    updated: Moment | None = None


def clean(article: Article) -> Article:
    """`article` with rubbish dropped and the wire's furniture moved from the text into fields.

    Fields that the source gave itself are kept; only what is missing is filled.
    """
    title, mark = unmark(one_line(article.title))
    wire = strip_wire(article.text, article.title, article.language or "")
    wire.correction = "; ".join(filter(None, (mark, wire.correction))) or None
    found = {name: value for name, value in vars(wire).items() if not getattr(article, name, wire)}
    kind = kind_of(None, article.section, article.url, title)
    return replace(
        article,
        **found,
        title=title,
        text=wire.body,
        kind=kind if article.kind == "news" else article.kind,
        language=language_tag(article.language),
    )


def strip_wire(text: str, title: str = "", language: str = "") -> Wire:
    """Parse a story's sanitized text, whose paragraphs are lines or are set apart by blank ones."""
    lines = [line for line in text.split("\n") if not is_rubbish(line)]
    alone = sum(bool(line.strip()) for line in lines) == 1
    lines, notes = take_notes(lines)
    wire = Wire("", correction="; ".join(notes) or None)
    lines = _without_edges(_strip_head(wire, lines, "" if alone else title, language)).split("\n")
    found: list[str] = []
    # The credits stand in one of the last few lines; several lines of them are joined.
    for position in range(len(lines) - 1, max(-1, len(lines) - 7), -1):
        line = lines[position].strip()
        if not (match := _CREDITS.match(line)):
            continue
        # Only names and credits stand in it: "Edited by her son, it sold well" is the story's.
        words = re.findall(r"[^\W\d_][\w’'.-]*", match["credits"])
        named = sum(word[0].isupper() and word.lower() not in _CREDIT_WORDS for word in words)
        whole = all(w[0].isupper() or w.lower() in _CREDIT_WORDS for w in words)
        if (line[0] in "([" or whole) and (named > 1 or "contributed" not in words):
            found.insert(0, " ".join(match["credits"].split()))
            del lines[position]
    wire.credits = "; ".join(found) or None
    if filed := find_dateline(lines):
        # It opens the first paragraph; short labels above it (a section, a desk) go.
        first, dateline = filed
        wire.dateline, wire.agency = dateline.place, dateline.agency or wire.agency
        wire.published = wire.published or Moment.of(parse_moment(dateline.day), "text")
        above = [line for line in lines[:first] if not line.strip() or not is_label(line)]
        lines = [*above, lines[first].strip()[dateline.end :], *lines[first + 1 :]]
    wire.body = _without_edges(lines)
    return wire


def is_rubbish(line: str) -> bool:
    """Whether a whole line belongs to the page and not to the story."""
    line = line.strip()
    if _FURNITURE.search(line):
        return True
    if not line or len(line) > _RUBBISH_LENGTH or line[0] in _SPEECH:
        return False
    sentence = line[-1] in '.!?”"' and len(line.split()) >= _SENTENCE_WORDS
    if sentence:  # one that belongs to the page speaks to its reader
        return bool(_RUBBISH.match(line) and _READER.search(line))
    return bool(_RUBBISH.match(line) or _LABEL.match(line))


def _strip_head(wire: Wire, lines: Sequence[str], title: str, language: str) -> list[str]:
    """Take the repeated headline, byline and date lines off the top, what they say into `wire`."""
    kept: list[str] = []
    for position, line in enumerate(map(str.strip, lines)):
        if len(line) > STORY_LINE or position >= HEAD_LINES * 2:
            return [*kept, *lines[position:]]
        if title and line.strip("#* ").casefold() == title.casefold():
            continue
        published, updated, rest = days_of_line(line, language)
        is_named = is_byline(rest, dated=bool(published or updated)) and not wire.authors
        named = parse_byline(rest) if is_named else ((), None)
        # Without a word for it a date counts only above the story: in it, it heads a day.
        at_top = not any(kept) and not wire.published
        dated = (published and (at_top or _DATED.search(rest))) or updated
        longest = _CREDITED if updated or _DATED.search(rest) else _BESIDE_DAYS
        is_sentence = line.endswith((".", "!", "?")) and len(rest.split()) >= _SENTENCE_REST
        is_label = len(rest) <= longest and not is_sentence
        if not any(named) and not (dated and is_label):
            kept.append(line)
            continue
        wire.authors = named[0] or wire.authors
        wire.agency = named[1] or wire.agency
        wire.published = wire.published or Moment.of(published, "text")
        wire.updated = wire.updated or Moment.of(updated, "text")
    return kept


def _without_edges(lines: Sequence[str]) -> str:
    """Without blank lines at either end, and never two blank lines together."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(str.strip, lines))).strip("\n")

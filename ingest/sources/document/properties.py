"""The properties that programs write into documents: which of them a person has meant."""

from __future__ import annotations

import re

from ingest.clean import parse_byline
from ingest.text import one_line

# Programs fill the title with the name of the file or of nothing, and the author with the owner
# of the computer.
_NO_TITLE = re.compile(
    r"^(?:microsoft \w+\s*-.*|untitled.*|unbenannt.*|(?:new |my )?(?:document|doc|presentation|"
    r"slide|layout|page|print|scan|dokument)[\s_-]*\d*|powerpoint.*|word[\s-]?(?:document|dokument)"
    r"|\S*[\d_]\S*|.*\.(?:docx?|dotx?|pdf|html?|indd|qxp|qxd|txt|odt|rtf|pages|xml|tmp|p65|cdr|ai))$",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"\b(?:microsoft|office|user|admin\w*|owner|author|unknown|python|docx|default|guest|pc|laptop|"
    r"desktop|scanner|acrobat|adobe|word|writer|libreoffice|canon|xerox|epson|ricoh|hp|server|"
    r"workstation|windows|mac|apple|chrome|firefox|benutzer)\b",
    re.IGNORECASE,
)


def real_title(value: object) -> str | None:
    """A headline that a person wrote into the properties, or None."""
    title = one_line(value) if isinstance(value, str) else ""
    return title if len(title) > 3 and not _NO_TITLE.match(title) else None  # noqa: PLR2004


def real_authors(value: object) -> tuple[str, ...]:
    """The persons among the authors in the properties."""
    line = one_line(value) if isinstance(value, str) else ""
    return () if _NO_AUTHOR.search(line) else parse_byline(line)[0]

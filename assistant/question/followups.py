"""Questions that lean on the one before them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.words import content_terms

Turn = tuple[str, str]  # (role, text): ("user", …) or ("assistant", …)

_POINTS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then"
    r"|one|ones|same|former|latter)\b",
    re.IGNORECASE,
)
_FEW = 2  # content words; a question with fewer leans on the one before


def carry(question: str, history: Sequence[Turn]) -> tuple[str, tuple[str, ...]]:
    """(standalone question, carried terms) by rule, for when there is no model to rewrite it.

    A question that leans on an earlier one gets that one's words.
    """
    earlier = [text.strip() for role, text in history if role == "user" and text.strip()]
    own = content_terms(question)
    if not earlier or not _leans(question):
        return question, ()
    alone = (text for text in reversed(earlier) if not _leans(text))
    topic = next(alone, earlier[0]).rstrip("?.! ")
    carried = [term for term in content_terms(topic) if term not in own]
    return f"{question.rstrip('?.! ')} (after: {topic})?", tuple(carried)


def _leans(question: str) -> bool:
    """Whether a question needs the one before it to be understood."""
    opens = re.match(r"(?:and|but|so|what about|how about|also|then|only)\b", question, re.I)
    return bool(opens or _POINTS.search(question) or len(content_terms(question)) < _FEW)

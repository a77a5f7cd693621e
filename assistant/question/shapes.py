"""What a question wants: a course of events, or nothing at all but to be greeted."""

from __future__ import annotations

import re

_WANTS = re.compile(
    r"\btime-?lines?\b|\bchronolog\w+|\b(?:course|sequence|order)\sof\sevents\b|\bstep\sby\sstep\b"
    r"|\bwhat\shappened\swhen\b|\bby\sdates?\b|\bdates,?\splease\b|\bwith\sdates\b"
    r"|\bhow\s(?:did|have|has|had)\b.*\b(?:unfold|develop|evolve|come\sabout|play\sout|progress)\w*\b"
    r"|\bhow\sdid\s(?:things|the\s(?:first\s|last\s|next\s)?(?:days|weeks|hours|months))\b"
    r"|\bwhat\s(?:(?:has|have|had)\s)?happened\b.*\b(?:between|since|afterwards|and\sthen)\b"
    r"|\b(?:what|events?\s(?:that\s)?)\s?(?:led|leading)\sup\sto\b",
    re.IGNORECASE,
)
_LEADS_UP = re.compile(r"\b(?:led|leading)\sup\sto\b", re.IGNORECASE)
# What only says that a course of events is wanted, and would be searched for otherwise.
_FRAME = re.compile(
    r"\b(?:please|give\sme|show\sme|short|brief|full|time-?lines?|chronolog\w+|history|(?:course|sequence"
    r"|order)\sof\sevents|step\sby\sstep|what\shappened\swhen|by\sdates?|dates|with\sdates|unfold\w*"
    r"|develop\w*|evolve\w*|come\sabout|play\sout|progress\w*|how\s(?:did|have|has|had)\s(?:things)?"
    r"|(?:the\s)?(?:first|last|next)\s(?:days|weeks|hours|months)|what\s(?:(?:has|have|had)\s)?happened"
    r"|and\swhat\sfollowed|that\sfollowed|afterwards|(?:what|events?)\s(?:that\s)?(?:led|leading)\sup\sto"
    r"|between|go)\b|\bsince\b.*",
    re.IGNORECASE,
)

_COURTESY = re.compile(
    r"\W*(?:(?:hi|hello|hey|good\s(?:morning|afternoon|evening|day)|thanks?(?:\s(?:you|a\slot))?|cheers"
    r"|great|ok(?:ay)?|bye|goodbye|there|so\smuch|very\smuch|how\sare\syou)\b\W*)+",
    re.IGNORECASE,
)


def is_courtesy(question: str) -> bool:
    """Whether somebody only greets or thanks."""
    return bool(_COURTESY.fullmatch(question))


def wants_timeline(text: str) -> bool:
    """Whether a question asks for what happened in its order."""
    return bool(_WANTS.search(text))


def leads_up(text: str) -> bool:
    """Whether what came before is asked for, so that a time in the question is no limit."""
    return bool(_LEADS_UP.search(text))


def unframed(text: str) -> str:
    """What a timeline is wanted of; the text itself where nothing else is said.

    >>> unframed("Give me a chronology of the floods in Pakistan, please")
    'a of the floods in Pakistan,'
    """
    left = " ".join(_FRAME.sub(" ", text).split())
    return left if re.search(r"[^\W\d_]{3,}", left) else text

"""What of the passages and the conversation a model is shown, and how much of it has room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.question import Turn
from assistant.results import Passage, day_in_words, outlet
from ingest.sentences import sentences

CONTEXT_TOKENS = 8192  # of a model that neither the settings nor LangChain know more of
ANSWER_TOKENS = 1024  # kept free for the answer, but no more than a quarter
TURNS = 6  # of the conversation that a follow-up may refer to
TURN_CHARACTERS = 600
LEAST = 200  # characters of a passage that are shown however little room there is
FACT_CHARACTERS = 300  # of a headline, a byline …


def tokens(text: str) -> int:
    """About how many tokens a model makes of `text`, on the high side; no tokenizer is loaded.

    A third of one for each ASCII letter or space, one for any other character. Against the
    tokenizer of SmolLM2 that is 1.3 to 1.5 times the truth for English news and at least the truth
    for other Latin, Greek, Cyrillic, Arabic and Hebrew text. Scripts that an English vocabulary
    spells in bytes (Thai, Chinese, Korean) come to twice as many there; models that write them have
    them in their vocabulary, and the retry with half of the passages is for those that do not.
    """
    light = sum(character.isascii() and (character.isalpha() or character == " ")
                for character in text)  # fmt: skip
    return len(text) - light + -(-light // 3)


def numbered(passages: Sequence[Passage]) -> str:
    """The passages as the prompt shows them; text cannot close its own tag."""
    return "\n\n".join(
        _tagged(number, passage, passage.text) for number, passage in enumerate(passages, start=1)
    )


def fitting(passages: Sequence[Passage], room: int) -> tuple[Passage, ...]:
    """The first passages, which are the best, that fit into `room` tokens; at least one of them.

    If even that one is too long, it ends with the last of its sentences that fits.
    """
    kept: list[Passage] = []
    left = room
    for number, passage in enumerate(passages, start=1):
        left -= tokens(_tagged(number, passage, passage.text)) + 1
        if left < 0:
            break
        kept.append(passage)
    if kept or not passages:
        return tuple(kept)
    best = passages[0]
    return (_shortened(best, room - tokens(_tagged(1, best, ""))),)


def fewer(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The first half of the passages, whose numbers stay; of a single one, half its text."""
    if len(passages) > 1:
        return tuple(passages[: len(passages) // 2])
    return tuple(_shortened(passage, tokens(passage.text) // 2) for passage in passages)


def conversation(history: Sequence[Turn], room: int) -> str:
    """The latest turns that fit into `room` tokens, oldest first; the last one always."""
    lines: list[str] = []
    for role, text in reversed(history[-TURNS:]):
        line = f"{role}: {' '.join(text.split())[:TURN_CHARACTERS]}"
        room -= tokens(line) + 1
        if lines and room < 0:
            break
        lines.append(line)
    return "\n".join(reversed(lines))


def _shortened(passage: Passage, room: int) -> Passage:
    """Its first sentences that fit; at least the first, which is cut where it alone is too long."""
    spans = sentences(passage.text)
    ends = [end for _, end in spans if tokens(passage.text[:end]) <= room]
    if ends:
        return replace(passage, end=passage.start + ends[-1])
    first = spans[0][1] if spans else len(passage.text)
    return replace(passage, end=passage.start + min(first, max(LEAST, room)))


def _tagged(number: int, passage: Passage, text: str) -> str:
    return f'<passage number="{number}" {_facts(passage)}>\n{_inert(text)}\n</passage>'


def _facts(passage: Passage) -> str:
    article = passage.article
    facts = {
        "headline": article.title,
        "publisher": outlet(article),
        "by": article.byline,
        "published": day_in_words(article) or "undated",
        "place": article.dateline,
        "kind": article.kind if article.kind != "news" else None,
    }
    return " ".join(
        f'{name}="{_inert(value[:FACT_CHARACTERS]).replace(chr(34), chr(39))}"'
        for name, value in facts.items()
        if value
    )


def _inert(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")

"""Questions about an article itself, answered from its fields: who wrote it, when, for whom."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.question import About
from assistant.results import Passage, attribution, day_in_words, outlet


def about_article(about: About, passage: Passage) -> str | None:
    """The answer to a question about an article itself; None when its fields do not hold it."""
    article = passage.article
    title, reported = f"“{article.title}”", outlet(article)
    by = f" ({attribution(article)})" if reported or article.published else ""
    day, source = day_in_words(article), f" by {reported}" if reported else ""
    undated = f"{title}{by} carries no publication date: it is undated in the archive."
    answers: dict[About, tuple[object, str]] = {
        "author": (article.authors, f"{_and(article.authors)} wrote {title}{by}."),
        "editor": (article.credits, f"The credits of {title}{by} say: {article.credits}."),
        "outlet": (reported, f"{title} was reported by {reported}."),
        "dateline": (article.dateline, f"{title}{by} was filed from {article.dateline}."),
        "title": (title, f"The headline is {title}{by}."),
        "published": (title, f"{title} was published{source} on {day}." if day else undated),
    }
    known, text = answers[about]
    if about == "author" and not known:
        known, text = answers["outlet"]
    return text if known else None


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))

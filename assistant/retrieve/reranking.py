"""An optional reranker of the user's: a LangChain document compressor or a cross-encoder."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.results import Passage
from ingest.errors import SettingError

if TYPE_CHECKING:
    from langchain_core.documents import Document

log = logging.getLogger("dateline")
DEPTH = 30  # passages that are sorted anew
Order = Callable[[str, Sequence["Document"]], Sequence[int]]


@dataclass(frozen=True)
class Reranker:
    """`order` gives the places of the documents that it keeps, best first."""

    name: str
    order: Order
    depth: int = DEPTH


def load_reranker(name: str) -> Reranker:
    """The reranker that a setting names as "module:object".

    The object is a LangChain `BaseDocumentCompressor` or a cross-encoder (anything with
    `score([(question, text), …])`), or a function without arguments that makes one.

    Raises:
        SettingError: it cannot be imported, or it is neither.
    """
    try:
        module, _, attribute = name.partition(":")
        found = getattr(importlib.import_module(module), attribute)
    except Exception as error:  # a module of the user's may raise anything
        raise SettingError(
            f"The reranker {name!r} cannot be imported: {str(error)[:200]}. "
            "Set DATELINE_RERANKER to module:object."
        ) from error
    return make_reranker(found, name)


def make_reranker(model: Any, name: str = "reranker") -> Reranker:
    """A reranker from a compressor, a cross-encoder, or a function that makes one."""
    if hasattr(model, "compress_documents") and not isinstance(model, type):
        return Reranker(name, lambda text, documents: _compressed(model, text, documents))
    if hasattr(model, "score") and not isinstance(model, type):
        return Reranker(name, lambda text, documents: _scored(model, text, documents))
    if callable(model):
        return make_reranker(_made(model, name), name)
    raise SettingError(
        f"The reranker {name!r} is neither a LangChain document compressor nor a cross-encoder."
    )


def _made(factory: Callable[[], Any], name: str) -> Any:
    try:
        return factory()
    except Exception as error:  # it is the user's and may raise anything
        raise SettingError(
            f"The reranker {name!r} cannot be made: {str(error)[:200]}. "
            "DATELINE_RERANKER names an object, or a function without arguments that makes one."
        ) from error


def reranked(reranker: Reranker, question: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages in the reranker's order, without those that it drops. Where it fails they stay
    as they are: an answer is worth more than its order."""
    from langchain_core.documents import Document

    documents = [
        Document(f"{passage.title}\n{passage.text}", metadata={"place": place})
        for place, passage in enumerate(passages)
    ]
    try:
        places = dict.fromkeys(reranker.order(question, documents))
        if any(place < 0 for place in places):
            raise IndexError("a place before the first")
        return tuple(passages[place] for place in places)
    except Exception as error:
        log.warning("The reranker %s failed (%s); it is not used.", reranker.name, error)
        return tuple(passages)


def _compressed(model: Any, question: str, documents: Sequence[Document]) -> list[int]:
    return [found.metadata["place"] for found in model.compress_documents(documents, question)]


def _scored(model: Any, question: str, documents: Sequence[Document]) -> list[int]:
    scores = model.score([(question, document.page_content) for document in documents])
    return sorted(range(len(documents)), key=lambda place: -float(scores[place]))

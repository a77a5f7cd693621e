"""The archive as a LangChain retriever, for chains of your own."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict


class ArchiveRetriever(BaseRetriever):
    """Passages as Documents; their metadata are the fields of `Passage.as_json` but the text.

    Get one from `Assistant.retriever`; it works as long as that assistant is open.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    assistant: Any
    k: int = 10
    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    publishers: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        options = {"k", "since", "until", "as_of", "publishers", "ignore"}
        documents = []
        for passage in self.assistant.search(query, **self.model_dump(include=options)).passages:
            facts = dict(passage.as_json())
            text, key = str(facts.pop("text")), f"{passage.article_id}:{passage.start}"
            documents.append(Document(page_content=text, metadata=facts, id=key))
        return documents

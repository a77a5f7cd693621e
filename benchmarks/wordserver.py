"""The peer under load: a bare endpoint that searches an archive's word index and answers nothing.

`python -m benchmarks.wordserver ARCHIVE PORT`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.responses import Response

from assistant.words import content_terms
from benchmarks.users import ASK, PAGE
from ingest.archive.filters import make_filters
from ingest.archive.word_index import BM25, LexicalIndex

TOP = 8


class Asked(BaseModel):
    """A question as of a day."""

    question: str
    as_of: str | None = None


def make_app(index: LexicalIndex) -> FastAPI:
    app = FastAPI()

    @app.post(ASK)
    def search(asked: Asked) -> Response:
        """The best chunks, as the events that a chat would send."""
        filters = make_filters(as_of=asked.as_of)
        found = index.search(content_terms(asked.question), filters, TOP, BM25)
        data = json.dumps(found)
        return Response(f"event: delta\ndata: {data}\n\nevent: answer\ndata: {data}\n\n",
                        media_type="text/event-stream")  # fmt: skip

    for path in PAGE:
        app.get(path)(lambda: "a page")
    return app


def main() -> None:
    index = LexicalIndex(Path(sys.argv[1]) / "lexical")
    uvicorn.run(make_app(index), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")


if __name__ == "__main__":
    main()

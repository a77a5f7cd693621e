"""`python -m ingest …` is `dateline ingest …`."""

from ingest.cli import main

main()

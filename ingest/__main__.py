"""`python -m ingest …` is `dateline ingest …`."""

from ingest.command import main

main()

"""`python -m assistant …` is `dateline …`."""

from assistant.cli import main

main()

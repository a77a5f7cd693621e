"""The catalog's database when several threads use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ASKED_WHILE_CLOSED = """
import sys, threading, time
from pathlib import Path
from ingest.archive.database import Database
from ingest.errors import ArchiveError

COUNT = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300) SELECT max(n) FROM c"


def ask(database, answers):
    try:
        while True:
            answers.append(database.one(COUNT)[0])
    except ArchiveError:
        answers.append("closed")


for turn in range(20):
    database, answers = Database(Path(sys.argv[1]) / f"{turn}.sqlite3"), []
    threads = [threading.Thread(target=ask, args=(database, answers)) for _ in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.02)
    database.close()
    for thread in threads:
        thread.join()
    assert answers.count("closed") == 6 and set(answers) <= {300, "closed"}
"""


def test_closing_it_while_other_threads_ask_is_no_crash(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", ASKED_WHILE_CLOSED, str(tmp_path)],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

"""The system's Chromium, and how it is started on a machine without a screen or a network."""

from __future__ import annotations

import shutil

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
STARTS = 500_000  # ms; on a machine whose cores are all busy a browser takes minutes to start
PATIENCE = 120_000  # ms, in which a page does what it is expected to
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

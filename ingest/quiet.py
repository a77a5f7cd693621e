"""No library of ours reports home; the user's own choices are left alone."""

from __future__ import annotations

import os

_SETTINGS = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "DO_NOT_TRACK": "1",
}


def no_telemetry() -> None:
    """Switch telemetry off; call it before importing a library that has any."""
    chosen = any(name.startswith("LANGSMITH_") for name in os.environ)
    for name, value in _SETTINGS.items():
        if not (chosen and name.startswith("LANG")):
            os.environ.setdefault(name, value)

"""Chat models through LangChain: any OpenAI-compatible service, or any that LangChain knows."""

from __future__ import annotations

from assistant.model.loading import default_model, load_writer
from assistant.model.shown import numbered
from assistant.model.writer import ModelWriter

__all__ = ["ModelWriter", "default_model", "load_writer", "numbered"]

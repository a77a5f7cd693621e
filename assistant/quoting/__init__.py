"""The embedded default: answers by quoting. No model, no key, no network."""

from assistant.quoting.writer import NAME, QuotingWriter

__all__ = ["NAME", "QuotingWriter"]

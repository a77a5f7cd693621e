"""Who writes the answer: the embedded default by quoting, or a chat model."""

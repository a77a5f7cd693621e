"""What a question asks: the kind of answer, from when, reported by whom."""

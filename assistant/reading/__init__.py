"""What sentences say: words, figures, dates, evidence for a question, conflicts, events."""

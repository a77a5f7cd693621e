"""What passages say: the spans that answer, figures, dates, where reports differ."""

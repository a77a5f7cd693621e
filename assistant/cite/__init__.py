"""From what a writer says to what can be printed: citations, support, nothing from elsewhere."""

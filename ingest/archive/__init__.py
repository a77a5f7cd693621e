"""The archive: its catalog is the truth, its indexes are derived from it."""

"""Documents of an office: PDF, Word, mail and pages saved as mail."""

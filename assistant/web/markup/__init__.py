"""What the pages show, as HTML. Every text that comes from outside is escaped here, once."""

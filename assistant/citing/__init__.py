"""From what a writer says to what can be printed: citations, support, nothing from elsewhere."""

from assistant.citing.citer import Citer
from assistant.citing.statements import checked_statements, marked
from assistant.citing.support import Support

__all__ = ["Citer", "Support", "checked_statements", "marked"]

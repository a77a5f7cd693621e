"""Sample articles and questions about them."""

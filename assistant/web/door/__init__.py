"""Who gets in: hosts, origins, users, sessions, and the headers of every response."""

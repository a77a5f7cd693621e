"""The interfaces for programs: REST under /api, OpenAI's under /v1."""

"""The prompts, one file each; see assistant/write/prompts.py for their variables."""

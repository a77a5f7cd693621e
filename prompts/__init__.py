"""The prompts, one file each; see assistant/prompts.py for their variables."""

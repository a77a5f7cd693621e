"""What people keep: conversations, feedback, and answers in other formats."""

"""What runs while the chat is open: its pages, its door, and the interfaces for programs."""

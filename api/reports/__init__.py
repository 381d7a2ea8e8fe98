"""What is printed from events: the funding table and its forms."""

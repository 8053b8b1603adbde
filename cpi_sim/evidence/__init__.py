"""What is known, with its sources, and what is not."""

"""What may be forgotten at any time: copies of what was expensive to read."""

"""What happened to which account: written once, never changed."""

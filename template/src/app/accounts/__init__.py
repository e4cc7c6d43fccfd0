"""What owners do to their accounts: registering, profile, passwords, addresses, leaving."""

"""Who is calling: log in, refresh, log out, "me", passwords, mail confirmations."""

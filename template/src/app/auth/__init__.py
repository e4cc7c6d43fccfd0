"""Who is calling: log in, refresh, log out, the log-ins of the caller, guards and public keys."""

"""What the Makefile does beyond one line: small programs that the team may change."""

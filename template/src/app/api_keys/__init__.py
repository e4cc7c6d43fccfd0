"""Credentials of programs: keys that act for their owner, within scopes of their own."""

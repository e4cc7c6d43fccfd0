"""Mechanisms of security without any domain: hashing, keys, tokens, limits."""

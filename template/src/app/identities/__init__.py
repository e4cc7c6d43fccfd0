"""Whom the access token names."""

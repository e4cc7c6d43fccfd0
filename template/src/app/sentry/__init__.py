"""Errors that nobody expected, told to Sentry without what they were about."""

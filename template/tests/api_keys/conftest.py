"""Fixtures of the tests of API keys."""

import pytest
from fastapi import FastAPI


@pytest.fixture
def app(notes_app: FastAPI) -> FastAPI:
    """Return the application with a domain that keys can reach."""
    return notes_app

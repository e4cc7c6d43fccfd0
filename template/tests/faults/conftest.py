"""The service as a process, as in tests/operations."""

from tests.operations.conftest import start_service

__all__ = ["start_service"]

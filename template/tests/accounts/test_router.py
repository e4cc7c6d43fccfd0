"""What the description promises of one's own account."""

from typing import Any

import pytest
from fastapi import FastAPI


@pytest.fixture
def paths(app: FastAPI) -> dict[str, Any]:
    """Return the described paths."""
    paths: dict[str, Any] = app.openapi()["paths"]
    return paths


def examples(operation: dict[str, Any], status: str) -> set[str]:
    return set(operation["responses"][status]["content"]["application/problem+json"]["examples"])


async def test_registering_answers_with_a_user_or_with_a_promise(paths: dict[str, Any]) -> None:
    responses = paths["/api/v1/users"]["post"]["responses"]
    schemas = {status: responses[status]["content"]["application/json"]["schema"]["$ref"] for status in ("201", "202")}
    assert schemas == {"201": "#/components/schemas/User", "202": "#/components/schemas/Accepted"}


async def test_what_is_made_has_a_location(paths: dict[str, Any]) -> None:
    assert paths["/api/v1/users"]["post"]["responses"]["201"]["headers"].keys() == {"Location"}


async def test_names_the_conflicts(paths: dict[str, Any]) -> None:
    assert examples(paths["/api/v1/auth/password"]["post"], "409") == {"password-changed"}
    assert examples(paths["/api/v1/users/me"]["delete"], "409") == {"last-administrator"}
    for method in ("patch", "delete"):
        assert "last-administrator" in examples(paths["/api/v1/users/{user_id}"][method], "409")

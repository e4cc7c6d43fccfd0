"""The OpenAPI description is complete: it is the documentation that clients get."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate

METHODS = {"get", "post", "put", "patch", "delete"}
Operation = dict[str, Any]


@pytest.fixture
def description(app: FastAPI) -> dict[str, Any]:
    """Return the description."""
    return app.openapi()


def operations(description: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, item in description["paths"].items():
        for method in METHODS & item.keys():
            yield f"{method.upper()} {path}", item[method]


async def test_is_valid_openapi(description: dict[str, Any]) -> None:
    validate(description)


async def test_every_operation_has_summary_description_and_tags(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        assert operation.get("summary"), name
        assert operation.get("description"), name
        assert operation.get("tags"), name


async def test_operation_ids_are_the_names_of_the_endpoints_and_unique(description: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(description)]
    assert len(ids) == len(set(ids))
    assert all(name.isidentifier() and name == name.lower() for name in ids)


async def test_every_field_has_a_description_and_an_example(description: dict[str, Any]) -> None:
    missing = []
    for name, schema in description["components"]["schemas"].items():
        for field, content in schema.get("properties", {}).items():
            if not content.get("description"):
                missing.append(f"{name}.{field} has no description")
            if not has_example(content, description):
                missing.append(f"{name}.{field} has no example")
    assert not missing


def has_example(content: dict[str, Any], description: dict[str, Any]) -> bool:
    """Tell whether a field has an example, of its own or in the objects that it consists of."""
    if content.get("examples") or "const" in content:
        return True
    parts = [*content.get("anyOf", ()), *content.get("allOf", ()), content.get("items", {})]
    return any("$ref" in part or part.get("examples") for part in [content, *parts])


async def test_every_parameter_has_a_description(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        for parameter in operation.get("parameters", ()):
            in_path = parameter["in"] == "path"
            assert in_path or parameter["schema"].get("description") or parameter.get("description"), name


async def test_every_operation_declares_its_errors_as_problems(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        responses = operation["responses"]
        assert {"500", "503"} <= responses.keys(), name
        assert "requestBody" not in operation or {"413", "422"} <= responses.keys(), name
        assert "security" not in operation or "401" in responses, name
        for status, response in responses.items():
            shared = description["components"]["responses"].get(response.get("$ref", "").rpartition("/")[2])
            content = (shared or response).get("content", {})
            assert status < "400" or list(content) == ["application/problem+json"], f"{name} {status}"


async def test_bodies_refuse_unknown_fields(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = description["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            assert schema.get("additionalProperties") is False, name

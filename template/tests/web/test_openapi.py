"""The description tells everything that can happen, in one style."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, Field

from app.core.errors import Conflict, Invalid, TooManyRequests
from app.web.openapi import Service
from app.web.problems import problems

PROBLEM = "application/problem+json"


def operations_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def resolve(schema: dict[str, Any], thing: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in thing:
        target: Any = schema
        for part in thing["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        thing = target
    return thing


def has_example(field: dict[str, Any]) -> bool:
    """Tell whether a field shows what goes into it: itself, in a variant, or in the model of its items."""
    return (
        bool(field.get("examples"))
        or any(has_example(variant) for variant in field.get("anyOf", ()))
        or "$ref" in field.get("items", {})
    )


@pytest.fixture
def schema(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


async def test_is_valid(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(schema).validate()


def names_of_endpoints(app: FastAPI) -> list[str]:
    """Return the name of the function behind each operation that is served."""
    routes = [(route.original_route, route.methods or ()) for route in iter_route_contexts(app.routes)]
    return sorted(route.name for route, methods in routes if isinstance(route, APIRoute) for _ in methods)


async def test_every_operation_is_described(app: FastAPI, schema: dict[str, Any]) -> None:
    operations = dict(operations_of(schema))
    assert len(operations) == len(names_of_endpoints(app))
    for name, operation in operations.items():
        for key in ("summary", "description", "tags", "operationId"):
            assert operation.get(key), f"{name} has no {key}"
        assert "\n\n" not in operation["summary"]


async def test_operation_ids_are_the_names_of_the_functions(app: FastAPI, schema: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations_of(schema)]
    assert len(ids) == len(set(ids))
    assert all(identifier.isidentifier() for identifier in ids)
    assert sorted(ids) == names_of_endpoints(app)
    assert {"get_liveness", "get_readiness"} <= set(ids)


async def test_every_field_has_a_description_and_an_example(schema: dict[str, Any]) -> None:
    missing = [
        f"{name}.{field}"
        for name, model in schema["components"]["schemas"].items()
        for field, described in model.get("properties", {}).items()
        if not (described.get("description") and has_example(described))
    ]
    assert missing == []


async def test_every_parameter_is_described(schema: dict[str, Any]) -> None:
    for name, operation in operations_of(schema):
        for parameter in operation.get("parameters", ()):
            if parameter["in"] != "path":
                assert parameter.get("description"), f"{name}: {parameter['name']}"


async def test_every_error_is_a_problem_with_an_example(schema: dict[str, Any]) -> None:
    for name, operation in operations_of(schema):
        for status, response in operation["responses"].items():
            if status < "400":
                continue
            content = resolve(schema, response)["content"]
            assert content.keys() == {PROBLEM}, f"{name} {status}"
            assert content[PROBLEM]["schema"] == {"$ref": "#/components/schemas/Problem"}
            for code, example in content[PROBLEM]["examples"].items():
                assert example["value"]["status"] == int(status)
                assert example["value"]["code"] in {code, "not-ready"}


async def test_what_can_happen_everywhere_is_declared_everywhere(schema: dict[str, Any]) -> None:
    for name, operation in operations_of(schema):
        statuses = set(operation["responses"])
        assert statuses >= {"500", "503"}, name
        assert ("413" in statuses) == ("requestBody" in operation), name
        assert "HTTPValidationError" not in json.dumps(operation)
        for status in statuses & {"429", "503"} - ({"503"} if "health" in operation["tags"] else set()):
            assert "Retry-After" in resolve(schema, operation["responses"][status])["headers"], name
    assert "HTTPValidationError" not in schema["components"]["schemas"]


def test_own_errors_stay_beside_the_general_ones() -> None:
    app = Service()
    router = APIRouter()

    @router.post("/things", responses=problems(Conflict, Invalid, TooManyRequests))
    async def create_thing(thing: dict[str, str]) -> None: ...

    app.include_router(router)
    responses = app.openapi()["paths"]["/things"]["post"]["responses"]
    assert responses.keys() == {"200", "409", "413", "422", "429", "500", "503"}
    assert list(responses) == sorted(responses)
    assert responses["422"]["content"][PROBLEM]["examples"].keys() == {"invalid", "validation-error"}
    assert "Retry-After" in responses["429"]["headers"]


def test_what_a_change_leaves_out_has_no_default() -> None:
    class ThingUpdate(BaseModel):
        title: str = Field(default="", min_length=1)

    app = Service()

    @app.patch("/thing")
    async def update_thing(change: ThingUpdate) -> None: ...

    assert "default" not in app.openapi()["components"]["schemas"]["ThingUpdate"]["properties"]["title"]


def test_is_built_once_and_again_when_routes_are_added() -> None:
    app = Service()
    first = app.openapi()
    assert app.openapi() is first
    app.add_api_route("/late", lambda: None)
    assert "500" in app.openapi()["paths"]["/late"]["get"]["responses"]

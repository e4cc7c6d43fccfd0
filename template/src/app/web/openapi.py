"""The OpenAPI description: what FastAPI writes by itself, with every error that can really happen."""

from typing import Any

from fastapi import FastAPI

from app.web.problems import MEDIA_TYPE, Problem, declare, example_of
from app.web.scopes import describe_scopes

INVALID_FIELD = {"loc": ["body", "email"], "msg": "Field required", "type": "missing"}
VALIDATION_ERROR = example_of(422, "validation-error", "The request is not valid", errors=[INVALID_FIELD])

#: Status → name and example of an answer that is the same everywhere.
SHARED = {
    "409": ("Conflict", "conflict", "The request conflicts with the present state"),
    "413": ("ContentTooLarge", "content-too-large", "Content Too Large"),
    "500": ("InternalServerError", "internal-error", "Something went wrong on our side"),
    "503": ("ServiceUnavailable", "unavailable", "The service is temporarily unavailable"),
}
RETRY_AFTER = {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}, "example": 1}
WRITING = frozenset({"post", "put", "patch"})
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


class Service(FastAPI):
    """FastAPI whose OpenAPI description tells errors as problems."""

    _completed: dict[str, Any] | None = None

    def openapi(self) -> dict[str, Any]:
        """Return the description; it is built once, and again only when routes were added."""
        schema = super().openapi()
        if schema is not self._completed:
            _complete(schema)
            scopes = set().union(*getattr(self.state, "role_scopes", {}).values())
            describe_scopes(schema, self.routes, scopes, getattr(self.state, "key_scopes", frozenset()))
            self._completed = schema
        return schema


def _complete(schema: dict[str, Any]) -> None:
    components = schema.setdefault("components", {})
    components["responses"] = {name: _shared_response(status) for status, (name, _, _) in SHARED.items()}
    components["responses"]["ValidationError"] = _validation_error()
    schemas = components.setdefault("schemas", {})
    # FastAPI's own shape of a 422, which is replaced below.
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    components["schemas"] = dict(sorted(schemas.items()))
    for path in schema.get("paths", {}).values():
        for method in METHODS & path.keys():
            _complete_operation(method, path[method])
        _forget_defaults(path.get("patch", {}), schemas)


def _complete_operation(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "422" in responses:
        declared = responses["422"]["content"].get(MEDIA_TYPE)
        if declared is None:
            responses["422"] = _refer("ValidationError")
        else:
            declared["examples"].setdefault("validation-error", VALIDATION_ERROR)
    if "requestBody" in operation:
        responses.setdefault("413", _refer(SHARED["413"][0]))
    if "security" in operation and method in WRITING:
        # A foreign key whose row has just been deleted by somebody else.
        responses.setdefault("409", _refer(SHARED["409"][0]))
    for status in ("500", "503"):
        responses.setdefault(status, _refer(SHARED[status][0]))
    for status in {"429", "503"} & responses.keys():
        if "$ref" not in responses[status]:
            responses[status].setdefault("headers", {"Retry-After": RETRY_AFTER})
    operation["responses"] = dict(sorted(responses.items()))


def _forget_defaults(patch: dict[str, Any], schemas: dict[str, Any]) -> None:
    # A field that a change leaves out keeps its value, so the default of its model is none of the API's.
    for content in patch.get("requestBody", {}).get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        for field in schemas.get(name, {}).get("properties", {}).values():
            field.pop("default", None)


def _shared_response(status: str) -> dict[str, Any]:
    _, code, detail = SHARED[status]
    response = declare(int(status))
    response["content"][MEDIA_TYPE]["examples"][code] = example_of(int(status), code, detail)
    if status == "503":
        response["headers"] = {"Retry-After": RETRY_AFTER}
    return response


def _validation_error() -> dict[str, Any]:
    response = declare(422)
    response["content"][MEDIA_TYPE]["examples"]["validation-error"] = VALIDATION_ERROR
    return response


def _refer(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/{name}"}

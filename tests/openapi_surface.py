"""What an OpenAPI description promises to a client, without its prose."""

import json
from typing import Any

# What explains a schema and promises nothing.
PROSE = {"description", "title", "examples", "example"}
# Each part by its kind and the names that tell it from others; the value is what else is promised of it.
Surface = dict[tuple[str, tuple[str, ...]], str]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def openapi_surface(document: dict[str, Any]) -> Surface:
    """Return endpoints, parameters, responses, errors and the fields of schemas, each by kind and names."""
    found: Surface = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                found |= endpoint(f"{method.upper()} {path}", operations[method], document)
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        rest = {key: value for key, value in schema.items() if key not in {"properties", "required"}}
        found["schema", (name,)] = canonical(rest)
        for field, details in schema.get("properties", {}).items():
            need = "required" if field in schema.get("required", []) else "optional"
            found["field", (name, field)] = f"{need} {canonical(details)}"
    return found


def endpoint(name: str, operation: dict[str, Any], document: dict[str, Any]) -> Surface:
    """Return an endpoint by method and path: who may call it with what, and each parameter, response and error."""
    body = resolved(operation.get("requestBody", {}), document)
    call = {"security": operation.get("security", document.get("security", [])), "body": contents(body)}
    found: Surface = {("endpoint", (name,)): json.dumps(call, sort_keys=True)}
    for given in operation.get("parameters", []):
        parameter = resolved(given, document)
        need = "required" if parameter.get("required") else "optional"
        found["parameter", (name, parameter["name"])] = (
            f"{need} in {parameter['in']} {canonical(parameter.get('schema', {}))}"
        )
    for status, given in operation["responses"].items():
        response = resolved(given, document)
        headers = sorted(response.get("headers", {}))
        found["response", (name, status)] = json.dumps([contents(response), headers])
        for code in error_codes(response):
            found |= {("error code", (code,)): "", ("error", (name, code)): status}
    return found


def resolved(part: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference to a response, a parameter or a body; schemas stay references, they have names."""
    if "$ref" not in part:
        return part
    found = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def contents(part: dict[str, Any]) -> dict[str, str]:
    """Return the schema of a body by its media type."""
    return {media: canonical(details.get("schema", {})) for media, details in part.get("content", {}).items()}


def error_codes(response: dict[str, Any]) -> set[str]:
    """Return the codes of the problems that a response shows as examples."""
    examples = response.get("content", {}).get("application/problem+json", {}).get("examples", {})
    return {example["value"]["code"] for example in examples.values()}


def canonical(schema: Any) -> str:
    """Return a schema as text, the same whatever it explains and however it is ordered."""
    return json.dumps(without_prose(schema), sort_keys=True, ensure_ascii=False)


def without_prose(schema: Any) -> Any:
    """Return a schema without what explains it; a field may well be called `title`."""
    if isinstance(schema, list):
        return [without_prose(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: without_prose(field) for name, field in value.items()}
        if key == "properties"
        else without_prose(value)
        for key, value in schema.items()
        if key not in PROSE
    }

"""Where a new thing can be found, as OpenAPI tells it."""

from typing import Any

#: `responses=CREATED | problems(...)` beside `response.headers["Location"] = ...`.
CREATED: dict[int | str, dict[str, Any]] = {
    201: {
        "headers": {
            "Location": {
                "description": "Path of what was made.",
                "schema": {"type": "string", "format": "uri-reference"},
            }
        }
    }
}

"""Every error as `application/problem+json` (RFC 9457). The one table from kinds of errors to status codes."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from structlog.contextvars import get_contextvars

from app.core import errors
from app.web.allowed_methods import allowed_methods
from app.web.invalid_fields import InvalidField, invalid_fields

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
#: How FastAPI says that a body is no JSON, with 400.
UNREADABLE = "There was an error parsing the body"
#: The names of RFC 9110 where Python has older ones before 3.13.
TITLES = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}

#: Kinds of errors, the most general last.
STATUS: dict[type[errors.AppError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AppError: HTTPStatus.BAD_REQUEST,
}


class Problem(BaseModel):
    """An error, after RFC 9457."""

    type: str = Field(default="about:blank", description="Always `about:blank`: see `code`.", examples=["about:blank"])
    title: str = Field(description="The status in words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    code: str = Field(description="Stable name of the error, for programs.", examples=["not-found"])
    detail: str = Field(description="What happened, for people.", examples=["Not found"])
    request_id: str | None = Field(
        default=None, description="Quote it when you report a fault.", examples=["0197a3a26d2c7b6e9a530f4f6e1b7c11"]
    )
    errors: list[InvalidField] | None = Field(
        default=None,
        description="What is wrong with which value (422 only).",
        examples=[[{"loc": ["body", "email"], "msg": "Field required", "type": "missing"}]],
    )


def title_of(status: int) -> str:
    """Return a status in words."""
    return TITLES.get(status) or HTTPStatus(status).phrase


def problem_response(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **extra: object
) -> Response:
    """Return an error response; `extra` becomes further members of the body."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title_of(status),
        "status": int(status),
        "code": code,
        "detail": detail,
        "request_id": get_contextvars().get("request_id"),
        **extra,
    }
    return Response(to_json(body, exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def app_error_response(error: errors.AppError, *, challenge: str | None) -> Response:
    """Return the response for an error of the service; `challenge` is what a 401 asks for."""
    headers = {}
    if isinstance(error, errors.RetryableError):
        headers["Retry-After"] = str(error.retry_after)
    if challenge is not None and isinstance(error, errors.Unauthenticated):
        # RFC 6750, 3.1: the reason is named only when a token was sent.
        reason = ' error="invalid_token"' if error.code == "invalid-token" else ""
        headers["WWW-Authenticate"] = f"{challenge}{reason}"
    return problem_response(_status_of(type(error)), error.code, error.detail, headers=headers)


def problems(*kinds: type[errors.AppError]) -> dict[int | str, dict[str, Any]]:
    """Declare errors in OpenAPI: `responses=problems(ItemNotFound)`."""
    declared: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status = _status_of(kind)
        entry = declared.setdefault(status.value, declare(status))
        entry["content"][MEDIA_TYPE]["examples"][kind.code] = example_of(status, kind.code, kind.detail)
    return declared


def declare(status: int) -> dict[str, Any]:
    """Return a response object of OpenAPI, without examples; `app.web.openapi` adds the schema it refers to."""
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
    return {"description": title_of(status), "content": {MEDIA_TYPE: content}}


def example_of(status: int, code: str, detail: str, **extra: object) -> dict[str, Any]:
    """Return an example object of OpenAPI."""
    body = {"type": "about:blank", "title": title_of(status), "status": int(status), "code": code, "detail": detail}
    return {"value": {**body, **extra}}


def add_problem_handlers(app: FastAPI) -> None:
    """Turn every error that leaves an endpoint into a problem."""

    @app.exception_handler(errors.AppError)
    async def on_app_error(_request: Request, error: errors.AppError) -> Response:
        if isinstance(error, errors.Unavailable):
            log.warning("unavailable", code=error.code, exc_info=error.__cause__)
        return app_error_response(error, challenge=getattr(app.state, "challenge", None))

    @app.exception_handler(RequestValidationError)
    async def on_invalid_request(_request: Request, error: RequestValidationError) -> Response:
        found = invalid_fields(error.errors())
        return problem_response(422, "validation-error", "The request is not valid", errors=found)

    @app.exception_handler(HTTPException)
    async def on_http_exception(request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, ClientDisconnect):
            raise error.__cause__  # nobody is left to answer
        status = error.status_code
        if error.detail == UNREADABLE or isinstance(error.__context__, MultiPartException):
            # The body could not even be read (huge numbers, broken UTF-8): as invalid as any other.
            return problem_response(422, "validation-error", "The body could not be read", errors=[])
        headers = dict(error.headers or {})
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = allowed_methods(app, request.url.path)
        title = title_of(status)
        code = title.lower().replace(" ", "-")
        # Starlette repeats the status in its own words, which differ between versions of Python.
        standard = {known.phrase for known in HTTPStatus if known == status}
        detail = title if error.detail in standard else str(error.detail)
        return problem_response(status, code, detail, headers=headers)


def _status_of(kind: type[errors.AppError]) -> HTTPStatus:
    return next(status for known, status in STATUS.items() if issubclass(kind, known))

"""Errors are facts about the business; only `app.web.problems` knows status codes."""


class AppError(Exception):
    """Something that the caller is told, with a stable `code` for programs and a `detail` for people."""

    code = "error"
    detail = "The request could not be processed"

    def __init__(self, detail: str | None = None) -> None:
        if detail is not None:
            self.detail = detail
        super().__init__(self.detail)


class Invalid(AppError):
    """The request is well formed, but a value in it cannot be accepted."""

    code = "invalid"
    detail = "A value in the request is invalid"


class Unauthenticated(AppError):
    """Nobody is logged in, or the credential is not valid."""

    code = "unauthenticated"
    detail = "Not authenticated"


class Forbidden(AppError):
    """The caller is known and may not do this."""

    code = "forbidden"
    detail = "Not enough rights"


class NotFound(AppError):
    """There is no such thing, or none that the caller may know of."""

    code = "not-found"
    detail = "Not found"


class Conflict(AppError):
    """The request contradicts the present state."""

    code = "conflict"
    detail = "The request conflicts with the present state"


class PreconditionFailed(AppError):
    """The caller wants to change what is not as it was read any more."""

    code = "precondition-failed"
    detail = "It was changed meanwhile; read it again"


class RetryableError(AppError):
    """The same request can succeed later; `retry_after` is in seconds."""

    def __init__(self, detail: str | None = None, *, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TooManyRequests(RetryableError):
    """The caller has to slow down."""

    code = "too-many-requests"
    detail = "Too many requests"


class Unavailable(RetryableError):
    """A part that the request needs is away or busy."""

    code = "unavailable"
    detail = "The service is temporarily unavailable"

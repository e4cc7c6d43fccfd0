"""Scripts of other origins, which browsers let in only when the service names them."""

from fastapi import Response
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware

from app.web.problems import problem_response

BAD_REQUEST = 400


class ProblemCORSMiddleware(CORSMiddleware):
    """Starlette's, but what it refuses becomes a problem like any other."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer a browser that asks whether a script may send its request."""
        response = super().preflight_response(request_headers)
        if response.status_code != BAD_REQUEST:
            return response
        headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
        return problem_response(BAD_REQUEST, "cors-refused", bytes(response.body).decode(), headers=headers)

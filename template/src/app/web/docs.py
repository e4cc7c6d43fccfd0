"""The API documentation in the browser, served by the service itself: no CDN, no inline script."""

import json
from functools import cache
from html import escape
from http import HTTPStatus
from importlib.resources import files

import fastapi_offline
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

#: Scripts of this service only. Styles may be inline: both pages write them at run time.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SWAGGER = {
    # Addresses are relative to the page, so that a prefix in front of the service does no harm.
    "url": "openapi.json",
    "dom_id": "#page",
    "deepLinking": True,
    "persistAuthorization": True,
    "displayRequestDuration": True,
    # The default sends the description to an online validator.
    "validatorUrl": None,
}
SETUP = {
    "swagger": f"SwaggerUIBundle({{...{json.dumps(SWAGGER)}, presets: [SwaggerUIBundle.presets.apis]}});",
    "redoc": 'Redoc.init("openapi.json", {hideLoading: true}, document.getElementById("page"));',
}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="docs/assets/favicon.png">
{style}</head>
<body>
<div id="page"></div>
<script src="docs/assets/{library}"></script>
<script src="docs/setup/{page}.js"></script>
</body>
</html>
"""
#: ReDoc's script asks its vendor's CDN for a logo and has no option against it.
REDOC, LOGO = "redoc.standalone.js", b"https://cdn.redoc.ly/redoc/logo-mini.svg"
STATIC = files(fastapi_offline) / "static"
STYLE = '<link rel="stylesheet" href="docs/assets/swagger-ui.css">\n'


class Assets(StaticFiles):
    """Files of a library: they change only when it is updated, so browsers may keep them for an hour."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        response = await super().get_response(path, scope)
        if path == REDOC and response.status_code == HTTPStatus.OK:
            response = Response(_redoc_without_logo(), media_type="text/javascript")
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def add_docs(app: FastAPI) -> None:
    """Serve /docs (Swagger UI, with "Authorize") and /redoc."""
    swagger = PAGE.format(title=escape(app.title), style=STYLE, library="swagger-ui-bundle.js", page="swagger")
    redoc = PAGE.format(title=escape(app.title), style="", library=REDOC, page="redoc")

    async def get_docs(_request: Request) -> Response:
        return _page(swagger)

    async def get_redoc(_request: Request) -> Response:
        return _page(redoc)

    async def get_setup(request: Request) -> Response:
        script = SETUP.get(request.path_params["page"])
        if script is None:
            raise HTTPException(404)
        return Response(script, media_type="text/javascript")

    app.add_route("/docs", get_docs, include_in_schema=False)
    app.add_route("/redoc", get_redoc, include_in_schema=False)
    app.add_route("/docs/setup/{page}.js", get_setup, include_in_schema=False)
    app.mount("/docs/assets", Assets(directory=str(STATIC)), name="docs-assets")


@cache
def _redoc_without_logo() -> bytes:
    return (STATIC / REDOC).read_bytes().replace(LOGO, b"data:,")


def _page(content: str) -> Response:
    return HTMLResponse(content, headers={"Content-Security-Policy": POLICY})

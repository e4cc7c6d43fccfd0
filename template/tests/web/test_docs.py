"""The documentation works without the internet and runs no script but ours."""

import re
from dataclasses import replace

import httpx2
import pytest

from app.core.settings import Settings
from app.main import create_app
from app.resources import Resources
from tests.web.conftest import client_of


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_everything_a_page_loads_comes_from_the_service(page: str, client: httpx2.AsyncClient) -> None:
    response = await client.get(page)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    loaded = re.findall(r'(?:src|href)="([^"]*)"', response.text)
    assert len(loaded) >= 3
    for address in loaded:
        # Relative, so that a prefix in front of the service does no harm.
        assert not address.startswith(("/", "http"))
        asset = await client.get(f"/{address}")
        assert asset.status_code == 200
        assert len(asset.content) > 50


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_no_inline_script_and_no_foreign_one_may_run(page: str, client: httpx2.AsyncClient) -> None:
    response = await client.get(page)
    [policy] = response.headers.get_list("Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert re.search(r"<script>|<style|\son\w+=", response.text) is None


async def test_assets_may_be_kept_and_checked(client: httpx2.AsyncClient) -> None:
    asset = await client.get("/docs/assets/swagger-ui.css")
    assert asset.headers["Cache-Control"] == "public, max-age=3600"
    again = await client.get("/docs/assets/swagger-ui.css", headers={"If-None-Match": asset.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/docs/assets/../core.py", "/docs/assets/%2e%2e/core.py", "/docs/setup/x.js", "/docs/"]
)
async def test_nothing_else_is_served(path: str, client: httpx2.AsyncClient) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not-found"


async def test_can_be_turned_off(resources: Resources, settings: Settings) -> None:
    settings = settings.model_copy(update={"docs_enabled": False})
    app = create_app(replace(resources, settings=settings))
    async with client_of(app) as client:
        for path in ("/docs", "/redoc", "/openapi.json", "/docs/assets/swagger-ui.css", "/docs/setup/redoc.js"):
            assert (await client.get(path)).status_code == 404, path

"""auth = session in a real browser: its own pages work, and those of other origins cannot act for who is logged in."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import execute, operation, pages, wait_until_ready
from tests.conftest import Render
from tests.processes import free_port, running

ACCOUNT = {"email": "ada@example.com", "password": "correct horse battery staple"}
SCRIPT = re.compile(r'<script type="module">\n(.*?)</script>', re.DOTALL)
POST = """async ([path, body]) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  return answer.status;
}"""
WHO = 'async () => { const answer = await fetch("/api/v1/users/me"); return answer.status; }'
# What a page of somebody else can send without asking first (CORS calls it simple), with cookies.
SIMPLE = """async ([url, body]) => {
  const options = { method: "POST", mode: "no-cors", credentials: "include", body };
  try { return (await fetch(url, options)).type; } catch (error) { return error.name; }
}"""
ASKING = """async ([url, method]) => {
  const options = { method, credentials: "include", headers: { "Content-Type": "application/json" } };
  try { await fetch(url, { ...options, body: method === "GET" ? undefined : "{}" }); return "answered"; }
  catch (error) { return error.name; }
}"""
FORM = """<!doctype html><form method="post" enctype="text/plain" action="{url}">
<input name='{{"email": "{email}", "password": "{password}", "x": "' value='"}}'><button>Win a prize</button></form>"""


@pytest.fixture(scope="module")
def address(
    render: Render, tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]
) -> Iterator[str]:
    """The service as `make dev` serves it."""
    port, folder = free_port(), shutil.copytree(render(auth="session"), tmp_path_factory.mktemp("session") / "project")
    rates = dict.fromkeys(("LOGIN_RATE_PER_ADDRESS", "REGISTRATION_RATE_PER_ADDRESS"), "1000/minute")
    environment = clean_environment | rates | {"PORT": str(port), "PUBLIC_URL": f"http://localhost:{port}"}
    with running(["make", "dev"], folder, environment) as server:
        wait_until_ready(f"http://127.0.0.1:{port}/health/ready", server.process.poll)
        yield f"http://localhost:{port}"


@pytest.fixture(scope="module", params=["localhost", "127.0.0.1"], ids=["same site", "another site"])
def elsewhere(request: pytest.FixtureRequest, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Pages of another origin; to the browser another port is the same site, another host is another one."""
    folder: Path = tmp_path_factory.mktemp("elsewhere")
    (folder / "index.html").write_text("<!doctype html><title>Prizes</title>")
    for name, path in (("log-in", "auth/login"), ("log-out", "auth/logout-all"), ("register", "users")):
        (folder / f"{name}.html").write_text(FORM.format(url=f"{address}/api/v1/{path}", **ACCOUNT))
    with pages(folder, host=request.param) as origin:
        yield origin


@pytest.fixture
def page(browser: Browser, address: str) -> Page:
    """A page of the service in which Ada is logged in."""
    page = browser.new_context().new_page()
    page.goto(f"{address}/docs")
    assert page.evaluate(POST, ["/api/v1/users", ACCOUNT]) in {201, 409}
    assert page.evaluate(POST, ["/api/v1/auth/login", ACCOUNT]) == 204
    assert page.evaluate(WHO) == 200
    return page


def test_the_example_of_the_documentation_logs_in(browser: Browser, page: Page, address: str, render: Render) -> None:
    document = (render(auth="session") / "docs" / "authentication.md").read_text(encoding="utf-8")
    (example,) = [text for text in SCRIPT.findall(document) if "auth/login" in text]
    visitor = browser.new_context().new_page()
    visitor.goto(f"{address}/docs")
    visitor.evaluate(f"async () => {{ {example} }}")
    assert visitor.evaluate("document.body.textContent") == ACCOUNT["email"]


def test_no_script_reads_the_cookie_and_it_outlives_the_page(page: Page, address: str) -> None:
    assert page.evaluate("document.cookie") == ""
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("session", True, "Lax")
    page.goto(f"{address}/redoc")
    assert page.evaluate(WHO) == 200


def test_the_documentation_works_for_whoever_is_logged_in(page: Page) -> None:
    page.reload()
    assert ACCOUNT["email"] in execute(operation(page, "get", "/api/v1/users/me"), 200)
    change = operation(page, "patch", "/api/v1/users/me")
    change.locator("textarea").fill('{"full_name": "Ada Lovelace"}')
    assert "Ada Lovelace" in execute(change, 200)


def test_logging_out_forgets_the_cookie(page: Page) -> None:
    assert page.evaluate(POST, ["/api/v1/auth/logout", {}]) == 204
    assert page.context.cookies() == []
    assert page.evaluate(WHO) == 401


@pytest.mark.parametrize("path", ["auth/logout", "auth/logout-all", "auth/login", "auth/password"])
def test_a_script_of_another_origin_changes_nothing(page: Page, address: str, elsewhere: str, path: str) -> None:
    other = page.context.new_page()
    other.goto(elsewhere)
    before = page.context.cookies()
    with other.expect_request(f"{address}/api/v1/{path}"):
        # It is sent; the answer, 403, is kept from the page by Cross-Origin-Resource-Policy.
        assert other.evaluate(SIMPLE, [f"{address}/api/v1/{path}", '{"email": "x", "password": "y"}']) == "TypeError"
    assert page.context.cookies() == before
    assert page.evaluate(WHO) == 200


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_script_of_another_origin_sees_nothing(page: Page, address: str, elsewhere: str, method: str) -> None:
    other = page.context.new_page()
    other.goto(elsewhere)
    assert other.evaluate(ASKING, [f"{address}/api/v1/users/me", method]) == "TypeError"
    assert page.evaluate(WHO) == 200


@pytest.mark.parametrize("form", ["log-in", "log-out", "register"])
def test_a_form_of_another_origin_changes_nothing(page: Page, elsewhere: str, form: str) -> None:
    before = page.context.cookies()
    other = page.context.new_page()
    other.goto(f"{elsewhere}/{form}.html")
    with other.expect_navigation() as navigation:
        other.get_by_role("button").click()
    assert navigation.value is not None
    assert navigation.value.status in {401, 403, 422}
    expect(other.locator("body")).to_contain_text(re.compile("cross-site-request|unauthenticated|validation-error"))
    assert page.context.cookies() == before
    assert page.evaluate(WHO) == 200

"""What a newcomer does first, in a real browser: open /docs, register, "Authorize", call an endpoint."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browsers import Watch, execute, operation, wait_until_ready
from tests.processes import free_port, running

EMAIL, PASSWORD = "grace@example.com", "a long and quiet harbour 1906"


@pytest.fixture(scope="module")
def address(
    default: Path, tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]
) -> Iterator[str]:
    """The default service as `make dev` serves it."""
    port, folder = free_port(), shutil.copytree(default, tmp_path_factory.mktemp("browser") / "project")
    with running(["make", "dev"], folder, clean_environment | {"PORT": str(port)}) as server:
        wait_until_ready(f"http://127.0.0.1:{port}/health/ready", server.process.poll)
        yield f"http://localhost:{port}"


def test_register_authorize_and_call_in_the_docs(browser: Browser, address: str) -> None:
    page = browser.new_page()
    watch = Watch(page)
    page.goto(f"{address}/docs")
    expect(page.locator(".info .title")).to_contain_text("My Service")

    registration = operation(page, "post", "/api/v1/users")
    registration.locator("textarea").fill(json.dumps({"email": EMAIL, "password": PASSWORD}))
    assert EMAIL in execute(registration, 201)

    page.get_by_role("button", name="Authorize").first.click()
    page.locator("#oauth_username").fill(EMAIL)
    page.locator("#oauth_password").fill(PASSWORD)
    page.locator(".modal-ux .auth-btn-wrapper button.authorize").first.click()
    expect(page.locator(".modal-ux button", has_text="Logout")).to_be_visible()
    page.locator(".modal-ux .btn-done").first.click()

    assert EMAIL in execute(operation(page, "get", "/api/v1/users/me"), 200)
    watch.assert_at_home(address)


def test_redoc_shows_the_reference(browser: Browser, address: str) -> None:
    page = browser.new_page()
    watch = Watch(page)
    page.goto(f"{address}/redoc")
    expect(page.get_by_role("heading", name=re.compile("My Service"))).to_be_visible()
    expect(page.locator('[data-section-id^="tag/"]').first).to_be_visible()
    watch.assert_at_home(address)

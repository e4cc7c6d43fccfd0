"""What a newcomer does first, in a real browser: open /docs, register, "Authorize", call an endpoint."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.processes import free_port, running, status
from tests.services import CHROMIUM, find_chromium

# The browser is to ask our server only: no update checks, no field trials, no other protocols.
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync"]
QUIET = ["--disable-background-networking", "--no-default-browser-check", "--disable-default-apps"]
# Chromium's sandbox needs a user other than root.
SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []

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


def wait_until_ready(url: str, ended: Callable[[], int | None]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert ended() is None
        try:
            if status(url) == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(url)


@pytest.fixture
def browser(needs: Callable[..., None]) -> Iterator[Browser]:
    needs(CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *QUIET, *SANDBOX])
        yield browser
        browser.close()


class Watch:
    """Everything that a page asks for and complains about."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def assert_at_home(self, address: str) -> None:
        """No request left the machine, and the content security policy stopped nothing that the page needs."""
        outside = [url for url in self.requests if not url.startswith((f"{address}/", "data:", "blob:"))]
        assert outside == []
        assert self.complaints == [], self.complaints


def operation(page: Page, verb: str, path: str) -> Locator:
    """The block of one operation, opened and ready to be tried."""
    block = page.locator(f".opblock-{verb}").filter(has=page.locator(f'[data-path="{path}"]'))
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def execute(block: Locator, expected: int) -> str:
    """Press "Execute" and return the body of the answer."""
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table")
    expect(answer.locator("tr.response td.response-col_status")).to_contain_text(str(expected))
    return answer.locator("tr.response .highlight-code").first.inner_text()


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

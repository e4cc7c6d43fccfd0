"""Debian's Chromium for the tests: fixtures as a plugin, and how a page of Swagger UI is worked with."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

from tests.processes import status
from tests.services import CHROMIUM, find_chromium

# The browser is to ask our server only: no update checks, no field trials, no other protocols.
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync"]
QUIET = ["--disable-background-networking", "--no-default-browser-check", "--disable-default-apps"]
# Chromium's sandbox needs a user other than root.
SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []


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


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What drives browsers. Not for longer: as long as it is there, nothing else can run an event loop."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser: starting one takes longer than most tests with it."""
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *QUIET, *SANDBOX])
    yield browser
    browser.close()


@pytest.fixture
def browser(needs: Callable[..., None], request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The browser, without anything of the test before."""
    needs(CHROMIUM)
    browser: Browser = request.getfixturevalue("chromium")
    yield browser
    for context in browser.contexts:
        context.close()


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


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def pages(folder: Path, *, host: str = "localhost") -> Iterator[str]:
    """Serve the pages in a folder; the origin that they have."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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

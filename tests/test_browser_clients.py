"""What the documents show for pages: from another origin, with a token, in a real browser."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.browsers import pages
from tests.combinations import Answers
from tests.documented import blocks, served

ACCOUNT = {"email": "ada@example.com", "password": "correct horse battery staple"}
# The document of each credential, and what its page shows at the end.
DOCUMENTS = {"jwt": ("authentication.md", ACCOUNT["email"]), "oidc": ("oidc.md", "ada")}
# `accessToken` stands for the provider's library.
PAGE = """<!doctype html><title>Clients</title><body>Waiting</body>
<script>const accessToken = async () => "{token}";</script>
{example}"""


def register(address: str) -> None:
    """Make the account that the documents speak of."""
    request = Request(f"{address}/api/v1/users", json.dumps(ACCOUNT).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        assert answer.status == 201


@pytest.mark.parametrize("auth", DOCUMENTS)
def test_a_page_of_an_origin_that_is_named_gets_in_and_no_other(
    project: Callable[[Answers], Path],
    clean_environment: dict[str, str],
    browser: Browser,
    tmp_path: Path,
    auth: str,
) -> None:
    answers: Answers = {"auth": auth}
    document, shown = DOCUMENTS[auth]
    folder = project(answers)
    ((_, example),) = blocks(folder / "docs" / document, "html")
    with (
        pages(tmp_path) as named,
        pages(tmp_path) as other,
        served(folder, clean_environment, answers, CORS_ORIGINS=named) as service,
    ):
        (tmp_path / "index.html").write_text(PAGE.format(token=service.token, example=service.local(example)))
        if auth == "jwt":
            register(service.local("http://localhost:8000"))
        page = browser.new_context().new_page()
        page.goto(named)
        expect(page.locator("body")).to_have_text(shown)
        with page.expect_event("pageerror") as refused:
            page.goto(other)
        assert refused.value.message == "Failed to fetch"
        expect(page.locator("body")).to_contain_text("Waiting")

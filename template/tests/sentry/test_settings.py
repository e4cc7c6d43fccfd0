"""`SENTRY_DSN`: where reports go, or that there are none."""

import sys
from subprocess import PIPE, run

import pytest

from app.core.settings import ConfigurationError, load_settings
from app.sentry.client import SentryClient
from app.sentry.reports import Sentry
from app.sentry.settings import SentrySettings

PROBE = """
import sys, threading
from app.main import create_app
from app.resources import load_resources
create_app(load_resources())
print([name for name in sys.modules if name.startswith("sentry_sdk")], threading.active_count())
"""


@pytest.fixture(autouse=True)
def outside_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")


@pytest.mark.parametrize(
    "dsn",
    [
        "https://0123456789abcdef@o7.ingest.us.sentry.io/4507",
        "https://key@glitchtip.example.com/1",
        "https://key:old@sentry.example.com:9000/under/here/1",
        "http://key@[::1]:8000/1",
    ],
)
def test_takes_what_sentry_and_others_like_it_show(monkeypatch: pytest.MonkeyPatch, dsn: str) -> None:
    monkeypatch.setenv("SENTRY_DSN", dsn)
    assert load_settings(SentrySettings).sentry_dsn.get_secret_value() == dsn
    client = SentryClient(dsn, environment="test")
    client.close(0)


@pytest.mark.parametrize(
    "dsn",
    [
        "canary",
        "https://sentry.example.com/canary",
        "https://canary@sentry.example.com",
        "https://canary@sentry.example.com/project",
        "https://canary@sentry.example.com:99999/1",
        "https://canary@sentry.example.com/1?a=b",
        "ftp://canary@sentry.example.com/1",
        "https://canary@/1",
        "https://canary@sentry.example.com/1\n",
    ],
)
def test_refuses_another_with_one_line_that_does_not_show_it(monkeypatch: pytest.MonkeyPatch, dsn: str) -> None:
    monkeypatch.setenv("SENTRY_DSN", dsn)
    with pytest.raises(ConfigurationError) as refused:
        load_settings(SentrySettings)
    assert str(refused.value) == "SENTRY_DSN: must be as Sentry shows it: https://<key>@<host>/<number>"


@pytest.mark.parametrize(("host", "fine"), [("sentry.example.com", False), ("127.0.0.1:9000", True)])
def test_production_reports_over_tls_or_to_its_own_machine(
    monkeypatch: pytest.MonkeyPatch, host: str, *, fine: bool
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("SENTRY_DSN", f"http://canary@{host}/1")
    if fine:
        load_settings(SentrySettings)
        return
    with pytest.raises(ConfigurationError, match=r"^SENTRY_DSN must begin with https://") as refused:
        load_settings(SentrySettings)
    assert "canary" not in str(refused.value)


def test_says_its_own_name_of_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "https://key@sentry.example.com/1")
    monkeypatch.setenv("SENTRY_ENVIRONMENT", "staging")
    # What the SDK would take from the environment by itself is not taken.
    monkeypatch.setenv("SENTRY_SPOTLIGHT", "1")
    monkeypatch.setenv("SENTRY_DEBUG", "1")
    sentry = Sentry()
    sentry.connect(load_settings(SentrySettings))
    assert sentry._client is not None
    client = sentry._client._client
    options = client.options
    assert (options["environment"], options["debug"], client.spotlight) == ("staging", False, None)
    assert client.integrations == {}
    client.close(timeout=0)


def test_without_one_nothing_is_loaded(environment: dict[str, str]) -> None:
    done = run([sys.executable, "-c", PROBE], env=environment, check=True, stdout=PIPE, text=True)  # noqa: S603
    assert done.stdout == "[] 1\n"

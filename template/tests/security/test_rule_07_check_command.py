"""Rule 7: `app check --deploy` reports the same as starting would, without starting."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.resources import GROUPS
from tests.database import PRODUCTION
from tests.operations.forks import Program, fork
from tests.operations.service import START

#: sysexits.h: EX_CONFIG.
EX_CONFIG = 78
SECRET = "hunter2"
GOOD = {
    "ALLOWED_HOSTS": "api.example.com",
    "PUBLIC_URL": "https://api.example.com",
    **PRODUCTION,
    "SMTP_HOST": "mail.example.com",
    "MAIL_FROM": "service@example.com",
}


Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Return a function that runs `app check --deploy` in an empty folder, with these settings only."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENVIRONMENT", "development")

    def check(**variables: str) -> Result:
        return CliRunner().invoke(cli, ["check", "--deploy"], env=variables)

    return check


def test_good_settings_pass(check: Check, deployed: dict[str, str]) -> None:
    checked = check(**GOOD, **deployed)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert SECRET not in checked.stdout


def test_notes_that_no_mail_is_sent_and_what_for_only_where_it_is(check: Check, deployed: dict[str, str]) -> None:
    with_passwords = any("password_min_length" in group.model_fields for group in GROUPS)
    checked = check(**{**GOOD, "SMTP_HOST": ""}, **deployed)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert "Note: SMTP_HOST is empty, so no mail is sent" in checked.stdout
    assert ("reset a password" in checked.stdout) == with_passwords


def test_each_bad_setting_is_one_line_without_its_value(check: Check, secrets: dict[str, str]) -> None:
    bad = {
        "ALLOWED_HOSTS": "*",
        "CORS_ORIGINS": "*",
        "PUBLIC_URL": "http://api.example.com",
        "DATABASE_URL": f"oracle://{SECRET}/x",
        "SMTP_HOST": "mail.example.com",
        "SMTP_USERNAME": "service",
        "SMTP_PASSWORD": SECRET,
        "SMTP_SECURITY": "none",
        **dict.fromkeys(secrets, f"{SECRET} {SECRET}"),
    }
    checked = check(**bad)
    assert checked.exit_code == EX_CONFIG
    names = [line.split()[0].rstrip(":") for line in checked.stderr.splitlines()]
    wrong = {"ALLOWED_HOSTS", "CORS_ORIGINS", "DATABASE_URL", "MAIL_FROM", "PUBLIC_URL", "SMTP_SECURITY", *secrets}
    assert sorted(names) == sorted(wrong)
    assert SECRET not in checked.stdout + checked.stderr


async def test_the_service_refuses_to_start_on_the_same(tmp_path: Path, secrets: dict[str, str]) -> None:
    ours = {name.upper() for group in GROUPS for name in group.model_fields}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    complaints = tmp_path / "complaints"
    started = await fork(
        Program(START, ["serve"], tmp_path, environment, stdout=tmp_path / "output", stderr=complaints)
    )
    assert await started.wait() == EX_CONFIG
    names = [line.split()[0].rstrip(":") for line in complaints.read_text().splitlines()]
    assert names == ["ALLOWED_HOSTS", "PUBLIC_URL", "DATABASE_URL", *secrets]

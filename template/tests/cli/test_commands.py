"""`app --help`, `app check`, `app openapi`."""

import json
import re

from tests.cli.conftest import Run
from tests.credentials import LOGIN
from tests.database import PRODUCTION

SAFE = {"ALLOWED_HOSTS": "api.example.com", "PUBLIC_URL": "https://api.example.com", **PRODUCTION}


def test_every_command_is_there(run: Run) -> None:
    printed = run("--help").output
    names = {"serve", "migrate", "create-admin", "users", "check", "seed", "openapi", "info", "secrets"}
    names.add("clean-up")
    assert {name for name in names if not re.search(rf"^\W*{name} ", printed, re.MULTILINE)} == set()


def test_accepts_complete_settings_and_notes_that_no_mail_is_sent(run: Run, deployed: dict[str, str]) -> None:
    result = run("check", "--deploy", **SAFE, **deployed)
    assert result.exit_code == 0, result.output
    assert "SMTP_HOST is empty" in result.output
    assert "The settings are complete and safe." in result.output


def test_reports_all_problems_at_once_each_by_its_variable(
    run: Run, secrets: dict[str, str], deployed: dict[str, str]
) -> None:
    bad = dict.fromkeys(secrets, "x")
    result = run("check", "--deploy", DATABASE_URL="x", CORS_ORIGINS="*", PORT="0", **bad)
    assert result.exit_code == 78
    names = [line.partition(":")[0].partition(" ")[0] for line in result.output.splitlines()]
    assert names == ["PORT", "DATABASE_URL", *secrets]
    result = run("check", "--deploy", CORS_ORIGINS="*", DATABASE_URL="oracle://x", **deployed)
    names = [line.partition(":")[0].partition(" ")[0] for line in result.output.splitlines()]
    assert names == ["ALLOWED_HOSTS", "CORS_ORIGINS", "PUBLIC_URL", "DATABASE_URL"]


def test_refuses_a_registration_by_mail_without_a_mail_server(run: Run, deployed: dict[str, str]) -> None:
    result = run("check", "--deploy", REGISTRATION_MODE="verified", **SAFE, **deployed)
    assert result.exit_code == 78
    assert result.output == "SMTP_HOST is empty, but REGISTRATION_MODE=verified sends mails\n"


def test_refuses_an_engine_that_the_service_is_not_made_for(run: Run) -> None:
    result = run("check", DATABASE_URL="oracle://db.example.com/service")
    assert result.exit_code == 78
    assert result.output.startswith("DATABASE_URL: names another engine; this service is made for ")


def test_development_settings_pass_without_deploy(run: Run) -> None:
    assert run("check").exit_code == 0


def test_prints_the_openapi_description(run: Run) -> None:
    result = run("openapi", DOCS_ENABLED="false")
    assert LOGIN in json.loads(result.stdout)["paths"]

"""`app --help`, `app check`, `app openapi`, `app secrets`."""

import json
import re
import stat
from pathlib import Path

from tests.cli.conftest import Run

SAFE = {"ALLOWED_HOSTS": "api.example.com", "PUBLIC_URL": "https://api.example.com"}


def test_every_command_is_there(run: Run) -> None:
    printed = run("--help").output
    names = {"serve", "check", "openapi", "info", "secrets"}
    assert {name for name in names if not re.search(rf"^\W*{name} ", printed, re.MULTILINE)} == set()
    assert not re.search(r"^\W*(migrate|keys|create-admin) ", printed, re.MULTILINE)


def test_accepts_complete_settings_and_notes_that_no_mail_is_sent(run: Run, deployed: dict[str, str]) -> None:
    result = run("check", "--deploy", **SAFE, **deployed)
    assert result.exit_code == 0, result.output
    # Where there are no accounts, there is no password to reset.
    assert result.output.startswith("Note: SMTP_HOST is empty, so no mail is sent.\n")
    assert result.output.endswith("The settings are complete and safe.\n")


def test_reports_all_problems_at_once_each_by_its_variable(run: Run, deployed: dict[str, str]) -> None:
    result = run("check", "--deploy", CORS_ORIGINS="*", **deployed)
    assert result.exit_code == 78
    names = [line.partition(":")[0].partition(" ")[0] for line in result.output.splitlines()]
    assert names == ["ALLOWED_HOSTS", "CORS_ORIGINS", "PUBLIC_URL"]


def test_prints_the_openapi_description(run: Run) -> None:
    assert "/health/live" in json.loads(run("openapi", DOCS_ENABLED="false").stdout)["paths"]


def test_writes_an_env_file_once(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "env"
    assert "Wrote" in run("secrets", "init", "--env-file", str(file)).output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text(encoding="utf-8")
    assert "ENVIRONMENT=development" in written.splitlines()
    assert "is left as it is" in run("secrets", "init", "--env-file", str(file)).output
    assert file.read_text(encoding="utf-8") == written

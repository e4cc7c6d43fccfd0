"""`app info`: the report for bug reports."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from app.core.settings import Settings
from tests.cli.conftest import Run

ANSWERS = """\
# Written by Copier.
_commit: v1.4.0-3-g1234abc
_src_path: /srv/ada/templates
author_email: ''
author_name: Ada Lovelace
description: 'A text so long that it goes on in the next line: it''s written by people and
    license: mit'
example: false
project_name: Secret Plans
project_slug: secret-plans
python_version: '3.13'
"""


def report(run: Run, **overrides: str) -> dict[str, str]:
    result = run("info", **overrides)
    assert result.exit_code == 0, result.output
    lines = [line.partition(": ") for line in result.output.splitlines()]
    assert len({key for key, _, _ in lines}) == len(lines)
    return {key: value for key, _, value in lines}


@pytest.fixture
def folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_says_what_was_rendered_without_naming_anybody(run: Run, folder: Path) -> None:
    (folder / ".copier-answers.yml").write_text(ANSWERS, encoding="utf-8")
    lines = report(run)
    assert lines["template.version"] == "v1.4.0-3-g1234abc"
    assert {key: value for key, value in lines.items() if key.startswith("answer.")} == {
        "answer.author_email": "(empty)",
        "answer.author_name": "(left out)",
        "answer.description": "(left out)",
        "answer.example": "false",
        "answer.project_name": "(left out)",
        "answer.project_slug": "(left out)",
        "answer.python_version": "3.13",
    }
    assert not re.search("ada|plans|written by", str(lines), flags=re.IGNORECASE)


def test_says_which_versions_run_it(run: Run) -> None:
    lines = report(run)
    for library in ("fastapi", "pydantic", "uvicorn"):
        assert lines[f"library.{library}"] == version(library)
    assert re.fullmatch(r"3\.\d+\.\d+\S*", lines["python.version"])
    assert lines["service.environment"] == "test"


def test_says_that_nothing_is_known_of_the_template_elsewhere(run: Run, folder: Path) -> None:
    lines = report(run)
    assert lines["template.version"] == "unknown (.copier-answers.yml: it is not in this folder)"
    assert not [key for key in lines if key.startswith("answer.")]
    (folder / ".copier-answers.yml").write_text("license: mit\n")
    lines = report(run)
    assert lines["template.version"] == "unknown (.copier-answers.yml: it records no version)"
    assert lines["answer.license"] == "mit"


@pytest.mark.parametrize(
    ("overrides", "name"),
    [
        ({"ENVIRONMENT": "production"}, "production"),
        ({"ENVIRONMENT": "staging"}, "unknown"),
        ({"PORT": "a secret"}, "test"),
    ],
)
def test_needs_no_settings(run: Run, overrides: dict[str, str], name: str) -> None:
    lines = report(run, **overrides)
    assert lines["service.environment"] == f"{name} (the settings are not complete and safe: `app check` says why)"
    assert "library.fastapi" in lines


def test_needs_no_env_file_that_can_be_read(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    (folder / ".env").write_bytes(b"ENVIRONMENT=\xff\n")
    assert "`app check` says why" in report(run)["service.environment"]
    check = run("check")
    assert (check.exit_code, check.output) == (78, ".env cannot be read: it is not UTF-8\n")


def test_prints_no_setting(run: Run) -> None:
    secrets = {"JWT_KEYS": '{"keys": ["hidden"]}', "DATABASE_URL": "sqlite:///hidden.db", "PUBLIC_URL": "hidden"}
    assert "hidden" not in run("info", **secrets).output

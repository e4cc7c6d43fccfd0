"""A report for bug reports: what was rendered, and with which versions it runs."""

import platform
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import typer

from app import DISTRIBUTION
from app.core.settings import ConfigurationError, EnvSettings, load_settings
from app.resources import check_settings

commands = typer.Typer()
ANSWERS = Path(".copier-answers.yml")
#: Answers that name people and projects. The template renders the same from placeholders.
LEFT_OUT = {"project_name", "project_slug", "description", "author_name", "author_email"}
#: Copier writes one answer a line; a longer text goes on in lines that begin with a space. So the service needs no
#: YAML parser for this alone.
ANSWER = re.compile(r"([a-z]\w*): (.+)")
COMMIT = re.compile(r"_commit: (.+)")


@commands.command()
def info() -> None:
    """Print versions and the template's answers for a bug report: no secrets, names or addresses."""
    for key, value in _report():
        typer.echo(f"{key}: {value}")


def _report() -> Iterator[tuple[str, str]]:
    # `make reproduce` of the template reads the first two kinds of lines: their form may only be extended.
    lines = _answers_file()
    commits = [found[1] for line in lines if (found := COMMIT.fullmatch(line))]
    missing = "it records no version" if lines else "it is not in this folder"
    yield "template.version", _plain(commits[0]) if commits else f"unknown ({ANSWERS}: {missing})"
    for name, value in [found.groups() for line in lines if (found := ANSWER.fullmatch(line))]:
        yield f"answer.{name}", _answer(name, _plain(value))
    yield "service.version", version(DISTRIBUTION)
    yield "service.environment", _environment()
    yield "python.version", platform.python_version()
    yield "python.platform", f"{platform.system()} {platform.machine()}"
    for library in sorted(re.split(r"[^\w.-]", requirement)[0] for requirement in requires(DISTRIBUTION) or ()):
        try:
            yield f"library.{library}", version(library)
        except PackageNotFoundError:
            continue  # not needed on this Python or platform


def _answers_file() -> list[str]:
    try:
        return ANSWERS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _plain(value: str) -> str:
    # YAML quotes what could be taken for something else: '' and '3.13'.
    return value.strip().strip("'\"")


def _answer(name: str, value: str) -> str:
    if not value:
        return "(empty)"
    return "(left out)" if name in LEFT_OUT else value


def _environment() -> str:
    name = "unknown"
    try:
        name = load_settings(EnvSettings).environment
        check_settings()
    except ConfigurationError:
        return f"{name} (the settings are not complete and safe: `app check` says why)"
    return name

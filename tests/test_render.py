"""Every variant is clean text that parses, with nothing in it of the template, this machine or another project."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from pytest_copie.plugin import Copie

from tests.combinations import AWKWARD, COMBINATIONS, Answers
from tests.conftest import Render

# Files of the service that are Jinja templates themselves.
OWN_TEMPLATES = ("tools/resource/", "tools/tests/resource/", "src/app/emails/templates/")
# An expression (not GitHub's `${{ … }}`, not the braces of an f-string), a statement, a comment, the suffix.
JINJA = re.compile(r"(?<!\$)\{\{ [a-z_.]+(?: \|[^}]*)? \}\}|\{%-? [a-z]+|\{# |\.jinja\b")
# Hosts that a service may name: specifications, its tools' documentation, names reserved for examples.
HOSTS = re.compile(r"https?://([A-Za-z0-9.-]+)")
ALLOWED_HOSTS = {
    *("127.0.0.1", "example.com", "example.org", "cdn.redoc.ly"),  # the last one is what web/docs.py takes out
    "0.0.0.0",  # noqa: S104 - the tests of oidc refuse it
    *("www.apache.org", "docs.astral.sh", "keepachangelog.com", "semver.org", "copier.readthedocs.io", "github.com"),
    *("www.rfc-editor.org", "json-schema.org", "pages.nist.gov", "www.sqlite.org", "fastapi.tiangolo.com", "pypi.org"),
    *("opentelemetry.io", "www.jaegertracing.io", "www.w3.org", "prometheus.github.io", "sentry.io"),
    "glitchtip.com",
    "docs.renovatebot.com",  # the schema of renovate.json
    # The providers whose set-up docs/oidc.md shows, and what their claims are called.
    *("my-tenant.eu.auth0.com", "login.microsoftonline.com", "sts.windows.net", "accounts.google.com"),
    *("specs.openid.net", "schemas.openid.net"),
}
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|Users|farm|tmp/\w+)/")
SECRET = re.compile(
    r"BEGIN [A-Z ]*PRIVATE KEY|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}"
)
# Tests that need something that looks like a secret.
SAMPLES = {"tests/core/test_redaction.py"}

pytestmark = pytest.mark.parametrize("answers", COMBINATIONS.values(), ids=COMBINATIONS)


def texts(folder: Path) -> dict[str, str]:
    """The text of every rendered file; fails on one that is not UTF-8."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_leaves_no_jinja(render: Render, answers: Answers) -> None:
    left = [
        f"{path}: {line}"
        for path, text in texts(render(**answers)).items()
        if not path.startswith(OWN_TEMPLATES)
        for line in text.splitlines()
        if JINJA.search(line)
    ]
    assert left == []


def test_has_no_empty_folder_or_file(render: Render, answers: Answers) -> None:
    folder = render(**answers)
    assert [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())] == []
    markers = {"__init__.py", "py.typed"}
    assert [path for path, text in texts(folder).items() if not text.strip() and Path(path).name not in markers] == []


def test_is_tidy_text(render: Render, answers: Answers) -> None:
    untidy = []
    for path, content in texts(render(**answers)).items():
        text = re.sub(r"(?ms)^```\w*\n.*?^```", "code", content) if path.endswith(".md") else content
        gap = "\n\n\n\n" if path.endswith((".py", ".j2", ".mako", "LICENSE")) else "\n\n\n"
        if text and (not text.endswith("\n") or text.endswith("\n\n") or text.startswith(("\n", "\ufeff"))):
            untidy.append(f"{path}: starts or ends badly")
        if "\r" in text or gap in text or re.search(r"[ \t]\n", text.replace("  \n", "")):
            untidy.append(f"{path}: carriage return, gap or trailing space")
    assert untidy == []


def test_parses(render: Render, answers: Answers) -> None:
    for path, text in texts(render(**answers)).items():
        if path.endswith(".py"):
            compile(text, path, "exec")
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith((".yml", ".yaml")):
            list(yaml.safe_load_all(text))
        elif path.endswith(".json"):
            # What editors read may have lines that are comments.
            json.loads(re.sub(r"(?m)^\s*//.*$", "", text) if path.startswith(".devcontainer/") else text)


def test_carries_the_answers(render: Render, answers: Answers) -> None:
    folder = render(**answers)
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    recorded = yaml.safe_load((folder / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert project["name"] == recorded["project_slug"]
    assert project["description"] == recorded["description"] or not recorded["description"]
    assert project["requires-python"] == ">=3.11"
    if recorded["author_name"]:
        assert project["authors"][0]["name"] == recorded["author_name"]


def test_names_no_machine_and_no_unknown_host(render: Render, answers: Answers) -> None:
    leaks = []
    for path, text in texts(render(**answers)).items():
        if path != ".copier-answers.yml":  # Copier records there where the template lies
            leaks += [f"{path}: {found}" for found in MACHINE.findall(text)]
        hosts = {host.lower().rstrip(".") for host in HOSTS.findall(text) if "." in host}
        leaks += [f"{path}: {host}" for host in hosts if host not in ALLOWED_HOSTS and not is_example(host)]
    assert leaks == []


def is_example(host: str) -> bool:
    """Tell whether RFC 2606 or 6761 reserves the name."""
    return host.endswith(
        (".example", ".test", ".example.com", ".example.org", ".example.net", ".invalid", ".localhost")
    )


def test_carries_no_secret(render: Render, answers: Answers) -> None:
    files = texts(render(**answers))
    assert ".env" not in files
    assert "uv.lock" not in files
    assert [path for path, text in files.items() if SECRET.search(text) and path not in SAMPLES] == []


def test_knows_no_answer_of_another_project(render: Render, answers: Answers) -> None:
    render(**AWKWARD)
    others = [str(value) for name, value in AWKWARD.items() if name not in {*answers, "license"}]
    leaks = [path for path, text in texts(render(**answers)).items() if any(other in text for other in others)]
    assert leaks == []


def test_only_scripts_are_executable(render: Render, answers: Answers) -> None:
    folder = render(**answers)
    wrong = [
        path for path, text in texts(folder).items() if os.access(folder / path, os.X_OK) and not text.startswith("#!")
    ]
    assert wrong == []


def test_pytest_copie_renders_the_same(copie: Copie, template: Path, render: Render, answers: Answers) -> None:
    result = copie.copy(extra_answers=answers, template_dir=template)
    assert result.exception is None
    assert result.project_dir is not None
    assert texts(result.project_dir) == texts(render(**answers))

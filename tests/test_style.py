"""The limits that keep the template readable, as data: where Jinja may be, and how much of it."""

import re
from pathlib import Path

import pytest

from tests.combinations import Answers
from tests.conftest import ROOT, Render

TEMPLATE = ROOT / "template"
# The files that may hold Jinja. The seams of docs/decisions/0002 and what carries the name of the service.
JINJA_FILES = {
    ".devcontainer/devcontainer.json",
    "LICENSE",
    "{{_copier_conf.answers_file}}",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "AGENTS.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "compose.yml",
    "pyproject.toml",
    "docs/architecture.md",
    "docs/api-keys.md",
    "docs/authentication.md",
    "docs/oidc.md",
    "docs/broker.md",
    "docs/testing.md",
    "docs/ownership.md",
    ".env.example",
    "docs/configuration.md",
    "docs/database.md",
    "docs/deployment.md",
    "docs/operations.md",
    "docs/platforms.md",
    "docs/capacity.md",
    "docs/metrics.md",
    "deploy/compose.yml",
    "deploy/kubernetes/base/app.yaml",
    "deploy/kubernetes/base/kustomization.yaml",
    "deploy/kubernetes/base/migrate.yaml",
    "deploy/kubernetes/base/network-policy.yaml",
    "deploy/kubernetes/base/service.yaml",
    "deploy/kubernetes/base/worker.yaml",
    "deploy/kubernetes/overlays/development/kustomization.yaml",
    "deploy/kubernetes/overlays/development/mariadb.yaml",
    "deploy/kubernetes/overlays/development/network-policy.yaml",
    "deploy/kubernetes/overlays/development/postgresql.yaml",
    "deploy/kubernetes/overlays/production/kustomization.yaml",
    "deploy/kubernetes/overlays/production/service-monitor.yaml",
    "docs/kubernetes.md",
    "docs/tracing.md",
    "deploy/grafana/dashboard.json",
    "deploy/prometheus/alerts.yml",
    "deploy/prometheus/prometheus.yml",
    "docs/containers.md",
    "docs/redis.md",
    "docs/tasks.md",
    "migrations/versions/0003_items.py",
    "migrations/versions/0004_job_receipts.py",
    "src/app/__init__.py",
    "src/app/api.py",
    "src/app/auth/identity.py",
    "src/app/cli/checks.py",
    "src/app/cli/secrets.py",
    "src/app/cli/serve.py",
    "src/app/cli/worker.py",
    "src/app/core/dialect.py",
    "src/app/domains.py",
    "src/app/emails/messages.py",
    # The example: rows in a table, or in memory.
    "src/app/items/dependencies.py",
    "src/app/items/models.py",
    "src/app/items/repository.py",
    "src/app/items/router.py",
    "src/app/items/service.py",
    "src/app/main.py",
    "src/app/resources.py",
    "src/app/sampling.py",
    "src/app/schedule.py",
    "src/app/tasks/broker.py",
    "src/app/tasks/settings.py",
    "src/app/worker.py",
    "src/app/web/dependencies.py",
    "tools/tests/test_docs_commands.py",
    "tests/conftest.py",
    # Which answers of which operation a schema cannot foresee.
    "tests/contract/schemathesis.toml",
    "tests/credentials.py",
    "tests/factories.py",
    "tests/parts.py",
}
# Jinja files that belong to the service: its resource generator and its mails.
OWN_TEMPLATES = ("tools/resource/", "src/app/emails/templates/")
# Longer than 150 lines with one subject all the same; the number may only shrink.
LONG = {
    # Of all answers together; what one service gets of it is held below.
    "src/app/resources.py": 212,
    "src/app/security/keys.py": 162,
    "src/app/users/service.py": 160,
    "tests/core/test_logging.py": 179,
    "tests/core/test_redis.py": 178,
    "tests/emails/test_smtp.py": 235,
    "tests/items/test_cached_items.py": 205,
    "tests/security/test_shared_limits.py": 178,
    "tools/tests/test_audit.py": 162,
}
LIMIT, DESIGN_QUESTION = 150, 300

STATEMENT = re.compile(r"\{%.*?%\}")
CONDITION = re.compile(r"\{% (?:el)?if [a-z_]+(?: == '[a-z0-9.-]+')? %\}")
INCLUDE = '{% include "licenses/" ~ license ~ ".jinja" %}'


def relative(path: Path) -> str:
    return path.relative_to(TEMPLATE).as_posix()


def source_files() -> list[Path]:
    """The files of the template, without what tools left there."""
    return sorted(
        path
        for path in TEMPLATE.rglob("*")
        if path.is_file()
        and not any(part in {"__pycache__", ".venv"} or part.endswith("_cache") for part in path.parts)
    )


JINJA = [path for path in source_files() if path.suffix == ".jinja" and not relative(path).startswith(OWN_TEMPLATES)]
PYTHON = [path for path in source_files() if path.name.endswith((".py", ".py.jinja"))]


@pytest.mark.parametrize("path", JINJA, ids=relative)
def test_jinja_stays_in_the_seams(path: Path) -> None:
    name = relative(path).removesuffix(".jinja")
    assert name in JINJA_FILES


@pytest.mark.parametrize("path", JINJA, ids=relative)
def test_only_a_file_that_needs_it_ends_in_jinja(path: Path) -> None:
    assert re.search(r"\{\{|\{%", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", JINJA, ids=relative)
def test_a_tag_stands_alone_positive_and_nests_once(path: Path) -> None:
    depth = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        assert not re.search(r"\{[%{#]-|-[%}#]\}", line), f"trim mark: {line}"
        if not (statement := STATEMENT.search(line)):
            continue
        assert statement.group() == line, f"not alone at column 0: {line}"
        if line == "{% endif %}":
            depth -= 1
        elif line not in {"{% else %}", INCLUDE}:
            assert CONDITION.fullmatch(line), f"no plain positive condition: {line}"
            depth += line.startswith("{% if")
        assert depth in {0, 1}, f"nested twice: {line}"
    assert depth == 0


def test_the_files_that_hold_jinja_are_those_of_the_list() -> None:
    assert {relative(path).removesuffix(".jinja") for path in JINJA} == JINJA_FILES


def length(path: Path) -> int:
    """The lines of a file, without those that are only there to leave others out."""
    return len([line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("{%")])


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_a_file_has_one_subject(path: Path) -> None:
    lines = length(path)
    assert lines <= DESIGN_QUESTION
    assert lines <= LONG.get(relative(path).removesuffix(".jinja"), LIMIT)


def test_the_one_place_that_chooses_adapters_stays_readable_with_every_option(render: Render) -> None:
    everything: Answers = {
        "database": "postgresql",
        "api_keys": True,
        "redis": True,
        "tasks": "rabbitmq",
        "tracing": True,
        "sentry": True,
    }
    for auth in ("jwt", "session"):
        resources = render(auth=auth, **everything) / "src" / "app" / "resources.py"
        assert len(resources.read_text(encoding="utf-8").splitlines()) <= 189


def test_the_list_of_long_files_is_true() -> None:
    sizes = {relative(path).removesuffix(".jinja"): length(path) for path in PYTHON}
    assert [name for name in LONG if not LIMIT < sizes.get(name, 0) <= LONG[name]] == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_file_is_named_after_nothing(name: str) -> None:
    assert [path for path in source_files() if path.name.split(".")[0] == name] == []


def test_the_own_code_keeps_the_limits() -> None:
    own = [*(ROOT / "tests").glob("*.py"), *(ROOT / "tools").glob("*.py")]
    assert [path.name for path in own if len(path.read_text(encoding="utf-8").splitlines()) > DESIGN_QUESTION] == []

"""Each pattern in `_exclude` hits something, and an option that is off leaves no trace."""

import itertools
from functools import cache
from pathlib import Path

import copier
import jinja2
import pytest
import yaml

from tests.combinations import Answers
from tests.conftest import ROOT, Render

BLOCKS: list[str] = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))["_exclude"]
LEFTOVERS, RENDERED_ONCE, *OPTIONS = BLOCKS
# Answers that leave out as much as they can; no engine and no credential leaves out its own files.
ANSWERS_OFF: tuple[Answers, ...] = tuple(
    {"example": False, "metrics": False, "ci": "none", "docker": False, "database": engine, "auth": auth}
    for engine, auth in (("sqlite", "jwt"), ("postgresql", "session"), ("sqlite", "none"), ("none", "none"))
)
# The default answers, and what has to be answered otherwise to see the files that they leave out.
ANSWERS_ON: tuple[Answers, ...] = (
    {},
    {"ci": "gitlab"},
    {"devcontainer": True},
    {"kubernetes": True},
    {"kubernetes": True, "database": "postgresql", "redis": True, "tasks": "redis"},
    {"kubernetes": True, "database": "mysql", "tasks": "rabbitmq"},
    {"sentry": True},
    {"sentry": True, "tasks": "redis"},
    {"database": "postgresql"},
    {"database": "mysql"},
    {"database": "none"},
    {"auth": "session"},
    {"auth": "oidc"},
    {"auth": "none"},
    {"api_keys": True},
    {"auth": "session", "api_keys": True},
    {"redis": True},
    {"redis": True, "auth": "none"},
    {"tasks": "redis"},
    {"tasks": "rabbitmq"},
    {"tasks": "redis", "database": "none"},
    {"tracing": True},
    {"tracing": True, "auth": "oidc", "tasks": "redis"},
)


def patterns(block: str, **context: object) -> list[str]:
    """The patterns that a block yields, as Copier reads them."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)  # noqa: S701
    text = environment.from_string(block).render(**context)
    return [line for line in text.splitlines() if line]


def paths(folder: Path) -> set[str]:
    """Every file below `folder`, relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@cache
def places(folder: Path) -> set[str]:
    """Every file and folder of a render that nobody changes, as patterns name them."""
    return {f"/{place}" for path in paths(folder) for place in (Path(path), *Path(path).parents)}


def hits(pattern: str, folder: Path) -> bool:
    return pattern in places(folder)


OFF = [(pattern, answers) for answers in ANSWERS_OFF for block in OPTIONS for pattern in patterns(block, **answers)]
ONCE = patterns(RENDERED_ONCE, _copier_operation="update")


@pytest.mark.parametrize("pattern", [*patterns(LEFTOVERS), *ONCE, *(pattern for pattern, _ in OFF)])
def test_ends_without_a_slash(pattern: str) -> None:
    assert not pattern.endswith("/")


@pytest.mark.parametrize(
    ("pattern", "off"), OFF, ids=[f"{pattern}-{off['database']}-{off['auth']}" for pattern, off in OFF]
)
def test_an_option_pattern_is_a_path_that_goes_with_the_option(render: Render, pattern: str, off: Answers) -> None:
    assert pattern.startswith("/")
    assert any(hits(pattern, render(**answers)) for answers in ANSWERS_ON)
    assert not hits(pattern, render(**off))


@pytest.mark.parametrize("pattern", ONCE)
def test_a_rendered_once_pattern_is_a_path_of_the_render(default: Path, pattern: str) -> None:
    assert pattern.startswith("/")
    assert hits(pattern, default)


def test_the_default_answers_exclude_only_other_engines_and_another_ci_on_copy(default: Path) -> None:
    assert patterns(RENDERED_ONCE, _copier_operation="copy") == []
    found = (patterns(block, example=True, ci="github") for block in OPTIONS)
    example, engines, nothing, auth, api_keys, tasks, redis, metrics, tracing, sentry, ci, *images, devcontainer = found
    assert (example, nothing, ci) == ([], [], ["/.gitlab-ci.yml"])
    off = [*auth, *api_keys, *tasks, *redis, *metrics, *tracing, *sentry, *itertools.chain(*images), *devcontainer]
    assert [pattern for pattern in off if hits(pattern, default)] == []
    assert "/src/app/sentry" in sentry
    assert devcontainer == ["/.devcontainer"]
    assert "/src/app/core/postgresql.py" in engines
    assert [pattern for pattern in engines if hits(pattern, default) or "sqlite" in pattern] == []


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mysql"])
def test_no_engine_speaks_of_another_one(render: Render, database: str) -> None:
    """Where they have to be told apart, types and documentation, all three stand side by side."""
    words = {"sqlite": ("aiosqlite",), "postgresql": ("asyncpg",), "mysql": ("asyncmy",)}
    folder = render(database=database)
    traces = [
        f"{path}: {word}"
        for path in sorted(paths(folder))
        if not path.startswith("tests/")
        for engine, drivers in words.items()
        for word in (*drivers, f"core.{engine}", f"core/{engine}")
        if engine != database and word in (folder / path).read_text(encoding="utf-8")
    ]
    assert traces == []


def test_without_the_example_nothing_speaks_of_it(render: Render) -> None:
    folder = render(example=False)
    words = ("app.items", "app/items", "ItemModel", "ItemService", "/items", "make_item", "0003_items")
    traces = [
        f"{path}: {word}"
        for path in sorted(paths(folder))
        if not path.startswith(("tests/", "tools/tests/"))  # these run, see test_project.py
        for word in words
        if word in (folder / path).read_text(encoding="utf-8")
    ]
    assert traces == []


def test_leaves_out_what_tools_leave_behind(template: Path, tmp_path: Path) -> None:
    junk = tmp_path / "template"
    (junk / "template" / "src" / "app" / "__pycache__").mkdir(parents=True)
    for name in ("copier.yml", "validators.jinja"):
        (junk / name).write_text((template / name).read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("src/app/__pycache__/main.cpython-311.pyc", "app.db", "app.db-wal", ".env", ".coverage.host.1"):
        (junk / "template" / name).write_text("junk")
    for name in (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".benchmarks"):
        (junk / "template" / name).mkdir()
        (junk / "template" / name / "file").write_text("junk")
    (junk / "template" / "kept.txt").write_text("kept")
    copier.run_copy(str(junk), tmp_path / "x", defaults=True, quiet=True, unsafe=False)
    assert paths(tmp_path / "x") == {"kept.txt"}


def test_without_redis_nothing_speaks_of_it(render: Render) -> None:
    folder = render()
    traces = [path for path in sorted(paths(folder)) if "redis" in (folder / path).read_text(encoding="utf-8").lower()]
    # One configuration of Renovate for all services names every server that one may have.
    assert traces == [
        ".copier-answers.yml",
        "renovate.json",
        "tests/core/test_logging.py",
        "tests/core/test_redaction.py",
    ]


def test_without_metrics_nothing_speaks_of_them(render: Render) -> None:
    folder = render(metrics=False)
    words = ("prometheus", "metrics_", "/metrics", "grafana")
    traces = {path for path in paths(folder) for word in words if word in (folder / path).read_text("utf-8").lower()}
    assert traces == set()


def test_without_tracing_nothing_speaks_of_it(render: Render) -> None:
    folder = render()
    words = ("opentelemetry-", "opentelemetry.", "otel_", "app.tracing", "app/tracing", "/tracing.md", "otlp")
    traces = {path for path in paths(folder) for word in words if word in (folder / path).read_text("utf-8").lower()}
    assert traces - {"src/app/security/common_passwords.txt"} == set()


def test_without_sentry_nothing_speaks_of_it(render: Render) -> None:
    folder = render()
    traces = [path for path in paths(folder) if "sentry" in (folder / path).read_text("utf-8").lower()]
    # The answer; what would go there is redacted in any case, and a domain of that name would be in the way.
    assert sorted(traces) == [".copier-answers.yml", "tests/core/test_redaction.py", "tools/resource/names.py"]

"""A template of five files in a repository of its own, to release as often as a test wants."""

from pathlib import Path

import pytest

from tests.living import commit
from tools import release

ENTRY = "## {version} · {date}\n\nBetter.\n\n**After the update:** nothing.\n\n"
MIGRATION = "template/migrations/versions/0001_users.py"
FILES = {
    "copier.yml": "_subdirectory: template\n_templates_suffix: .jinja\n",
    "validators.jinja": "",
    "licenses/mit.jinja": "MIT\n",
    "template/{{_copier_conf.answers_file}}.jinja": "{{ _copier_answers|to_nice_yaml }}\n",
    MIGRATION: '"""Users."""\n',
}


def small_template(folder: Path) -> Path:
    """Make the template, ready for 1.2.3."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    prepare(folder, "1.2.3")
    return folder


def prepare(repository: Path, version: str, date: str = "2026-12-01") -> None:
    """Commit everything that names a version."""
    (repository / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')
    path = repository / "CHANGELOG.md"
    before = path.read_text(encoding="utf-8").partition("\n\n")[2] if path.exists() else ""
    path.write_text("# Changelog\n\n" + ENTRY.format(version=version, date=date) + before, encoding="utf-8")
    commit(repository, f"Ready for {version}")


def make_release(repository: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setenv("VERSION", version)
    release.main(repository)

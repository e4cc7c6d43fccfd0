"""A service that a team lives in: in git, with edits of every kind, and what an update must leave of them."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import copier

from tests.combinations import Answers
from tools.git import git

IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
} | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


@dataclass(frozen=True)
class Edit:
    """A piece of text that the team has put into a file, after a line that is there or at its end."""

    path: str
    text: str
    after: str = ""

    def fits(self, service: Path) -> bool:
        """Whether its place is there."""
        path = service / self.path
        return path.is_file() and self.after in path.read_text(encoding="utf-8")

    def apply(self, service: Path) -> None:
        path = service / self.path
        content = path.read_text(encoding="utf-8")
        assert self.after in content, f"{self.path} has no line {self.after!r}"
        found = content.index(self.after) + len(self.after) if self.after else len(content)
        path.write_text(content[:found] + self.text + content[found:], encoding="utf-8")


#: A line in each seam, a dependency that is used, a setting, a rule of the example and its test, the documents.
EDITS = (
    Edit("README.md", "\n## On call\n\nAsk the payments team.\n"),
    Edit("CHANGELOG.md", "\n- Invoices.\n"),
    Edit("CONTRIBUTING.md", "\n## Reviews\n\nTwo people read every change.\n"),
    Edit("docs/architecture.md", "\nThe warehouse reads the invoices.\n"),
    Edit("Makefile", "\n.PHONY: count\ncount: ## count the lines of the service\n\t@cat src/app/*.py | wc -l\n"),
    Edit(".gitignore", "/dumps/\n"),
    Edit("pyproject.toml", '    "humanize>=4.9",\n', after='    "httptools>=0.8",\n'),
    Edit("src/app/resources.py", "import humanize\n\n", after="from datetime import timedelta\n\n"),
    Edit(
        "src/app/resources.py",
        '\n\ndef size(count: int) -> str:\n    """Say a number of bytes for people."""\n'
        "    return humanize.naturalsize(count)\n",
    ),
    Edit("src/app/main.py", "\n# The invoices are served here, too.\n"),
    Edit("src/app/api.py", "\n# Nobody but the accountants may change a paid invoice.\n"),
    Edit("tests/conftest.py", "\n\n# Invoices are made by tests/invoices/factories.py.\n"),
    Edit(
        "src/app/core/settings.py",
        '    greeting: str = Field(default="Hello", description="What the service says first.")\n',
        after='description="Largest request body, in bytes.")\n',
    ),
)
EXAMPLE_EDITS = (
    Edit("src/app/items/service.py", "\n\n#: What the warehouse has room for.\nLARGEST_STOCK = 10_000\n"),
    Edit(
        "tests/items/test_items.py",
        "\n\nasync def test_the_warehouse_has_room() -> None:\n    assert LARGEST_STOCK == 10_000\n",
    ),
    Edit(
        "tests/items/test_items.py",
        "from app.items.service import LARGEST_STOCK\n",
        after="import httpx2\nimport pytest\n",
    ),
)
DELETED = "deploy/Caddyfile"
DOMAIN = ("invoices", "number:str:unique amount:decimal due_on:date?")


def commit(folder: Path, message: str, tag: str | None = None) -> None:
    """Commit all there is; the first commit makes the repository."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    if tag:
        git(folder, "tag", tag)


def edits(answers: Answers) -> tuple[Edit, ...]:
    """The edits that fit a service with these answers."""
    return EDITS + (EXAMPLE_EDITS if answers.get("example", True) else ())


def live(service: Path, answers: Answers, environment: dict[str, str]) -> None:
    """Let a team work in a service: the edits, a deleted file, a domain with router, tests and migration."""
    for edit in edits(answers):
        edit.apply(service)
    (service / DELETED).unlink()
    name, fields = DOMAIN
    for command in (["make", "resource", f"name={name}", f"fields={fields}"], ["make", "format"]):
        subprocess.run(command, cwd=service, env=environment, check=True, capture_output=True, timeout=300)
    commit(service, "Work of the team")


def update(service: Path, **answers: object) -> None:
    """Run `copier update` without trust, unattended."""
    copier.run_update(
        service, data=answers, defaults=True, overwrite=True, skip_answered=True, quiet=True, unsafe=False
    )


def tree(service: Path) -> dict[str, bytes]:
    """Every file that git tracks or would track, with its content."""
    names = git(service, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    return {name: (service / name).read_bytes() for name in names if name and (service / name).is_file()}


def changes(service: Path) -> dict[str, str]:
    """What an update did, by path; `git status` could hide deletions beside unmerged files."""
    git(service, "add", "--all", "--intent-to-add")
    rows = git(service, "diff", "HEAD", "--no-renames", "--name-status").splitlines()
    return {path: kind for kind, path in (row.split("\t") for row in rows)}


def assert_no_conflict(service: Path) -> None:
    """Nothing is left to decide: no unmerged path, no rejected hunk, no marker in any file."""
    assert git(service, "ls-files", "--unmerged") == ""
    files = tree(service)
    assert [name for name in files if name.endswith(".rej")] == []
    marked = [name for name, content in files.items() if b"\n<<<<<<< before updating" in b"\n" + content]
    assert marked == []


def append(path: Path, text: str) -> None:
    """Add to the end of a file."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def git_template(template: Path, target: Path, *, tag: str) -> Path:
    """A git repository of one release that holds what Copier reads."""
    shutil.copytree(template, target)
    commit(target, "Release", tag=tag)
    return target

"""What the documents say is true: the tables, the links, and every command."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_questions import ASKED

DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
TABLES = [ROOT / "README.md", ROOT / "docs" / "options.md"]
# Names of things, not commands to type.
NAMES = {"copier copy", "copier update", "git init"}
# Every command that a document shows, and the test (or the CI script) that runs it.
EXECUTED = {
    "make demo": "tests/test_makefile.py::test_demo_serves_from_nothing_and_writes_nothing_elsewhere",
    "make demo PORT=8001": "tests/test_makefile.py::test_demo_is_quick_the_second_time",
    "make dev": "tests/test_dev_database.py::test_dev_serves_from_nothing",
    "make new DEST=../my-service": "tests/test_makefile.py::test_new_asks_the_questions",
    "uvx copier copy <url of this repository> my-service": "tests/test_makefile.py::test_uvx_copies_without_a_clone",
    "uvx copier update --data license=mit": "tests/test_update.py::test_a_changed_answer_arrives",
    "copier update --skip-answered --defaults": "tests/test_update.py::test_keeps_edits_and_brings_the_change",
    "git diff": "tests/living.py::changes",
    "git ls-files --unmerged": "tests/living.py::assert_no_conflict",
    "make update": "tests/test_update.py::test_the_services_own_command_updates_it",
    "make update-request": "tests/test_update_job.py::test_a_newer_version_becomes_one_request",
    "make release VERSION=1.2.3": "tests/test_release.py::test_release_bundles_commits_and_tags_what_agrees",
    "make help": "tests/test_makefile.py::test_help_names_every_command",
    "make format": "tests/test_makefile.py::test_format_mends_what_check_refuses",
    "make files": "tests/test_option_files.py::test_the_document_is_what_renders_give",
    "make lock": "tests/test_tools.py::test_the_pins_are_those_of_the_project_file",
    'make test ARGS="-k questions"': ".ci/run",
    'make test ARGS="-k style"': ".ci/run",
    "make lint": "template/tools/tests/test_hooks.py::test_a_commit_runs_what_lint_runs_and_a_push_what_check_runs",
    "make hooks": "template/tools/tests/test_hooks.py::test_a_commit_runs_what_lint_runs_and_a_push_what_check_runs",
    "make test": ".ci/run",
    "make check": ".ci/run",
    "make test-all": ".github/workflows/ci.yml",
    "make test-deps": ".github/workflows/ci.yml",
    "make reproduce REPORT=report.txt": "tests/test_reproduce.py::test_renders_to_a_folder_of_choice",
    "uv run app info": "tests/test_reproduce.py::info",
}


def documented() -> list[tuple[str, str]]:
    """Every command in the documents: the lines of `sh` blocks and the code spans that begin with a program."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
            found += [(path.name, line.partition(" #")[0].strip()) for line in block.splitlines() if line.strip()]
        found += [(path.name, span) for span in re.findall(r"`((?:make|uvx|uv|copier|git|pytest) [^`]+)`", text)]
    return [(document, command) for document, command in found if command not in NAMES]


@pytest.mark.parametrize(("document", "command"), documented())
def test_a_documented_command_is_run_by_a_test(document: str, command: str) -> None:
    assert command in EXECUTED, f"{document} shows a command that nothing runs"
    path, _, name = EXECUTED[command].partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert f"\ndef {name}(" in text if name else command.partition(" ARGS")[0] in text


def test_no_command_is_listed_that_no_document_shows() -> None:
    assert EXECUTED.keys() - {command for _, command in documented()} == set()


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_the_table_of_questions_is_that_of_copier_yml(path: Path) -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (.*?) \| (.*?) \|$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [name for name, _, _ in rows] == list(ASKED)
    for name, values, effect in rows:
        details = ASKED[name]
        if "choices" in details:
            assert re.findall(r"`([^`]+)`", values) == list(details["choices"].values())
        elif details["type"] == "bool":
            assert re.findall(r"`([^`]+)`", values) == [
                str(details["default"]).lower(),
                str(not details["default"]).lower(),
            ]
        elif name == "project_name":
            assert values == f'"{details["default"]}"'
        assert effect


@pytest.mark.parametrize("path", [*DOCUMENTS, *ROOT.glob("docs/decisions/*.md")], ids=lambda path: path.name)
def test_a_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", re.sub(r"`[^`]*`", "", path.read_text(encoding="utf-8")))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_the_agents_file_has_ten_points() -> None:
    points = re.findall(r"^(\d+)\. ", (ROOT / "AGENTS.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert points == [str(number) for number in range(1, 11)]


def test_no_document_names_this_machine() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert str(ROOT) not in text
    assert str(Path.home()) + "/" not in text


def test_the_price_is_said_as_it_is(default: Path) -> None:
    stated = re.search(r"about (\d+) files, half of them tests", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert stated is not None
    files = [path.relative_to(default) for path in default.rglob("*") if path.is_file()]
    tests = [path for path in files if "tests" in path.parts]
    assert abs(len(files) - int(stated[1])) <= 15
    assert 0.4 < len(tests) / len(files) < 0.6

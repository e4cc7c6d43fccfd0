"""`app info` of a service and `make reproduce` of the template: a bug report is rendered again as it was."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from tests.combinations import AWKWARD, OPTIONS, Answers
from tests.conftest import Render, copy_of_repository
from tests.living import IDENTITY, commit
from tests.test_makefile import complaint, make
from tests.test_questions import ASKED
from tools import reproduce
from tools.environment import uv_environment

SOME: dict[str, tuple[Answers, str]] = {
    "minimal": ({"example": False, "license": "bsd-3-clause", "author_email": "team@cafe-plans.example"}, "HEAD"),
    "awkward": ({**AWKWARD, "project_slug": "cafe-plans"}, "v0.0.1"),
}
#: As a bug report comes: from Windows, quoted by a mail program, with the prompt and with text around it.
ISSUE = """\
It fails on start. My template: the newest I think, license: MIT.\r
\r
```console\r
ada@laptop:~/service$ uv run app info\r
{report}\r
```\r
\r
Thank you, answer me soon: Ada\r
"""


@pytest.fixture(scope="module")
def info(render: Render, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """`info(folder)` is what `uv run app info` prints there; one environment serves every folder."""
    service = shutil.copytree(render(), tmp_path_factory.mktemp("installed") / "service")
    environment = uv_environment()
    command = [shutil.which("uv", path=environment["PATH"]) or "uv", "run", "--quiet", "--no-dev", "app", "info"]
    first = subprocess.run(command, cwd=service, env=environment, check=True, capture_output=True, text=True).stdout
    assert "library.fastapi: " in first

    def _info(folder: Path) -> str:
        program = str(service / ".venv" / "bin" / "app")
        return subprocess.run([program, "info"], cwd=folder, check=True, capture_output=True, text=True).stdout

    return _info


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the template in which v0.0.1 is released and a later commit has changed it."""
    folder = copy_of_repository(tmp_path_factory.mktemp("released"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in IDENTITY.items():
            patch.setenv(name, value)
        commit(folder, "Release", tag="v0.0.1")
        editorconfig = folder / "template" / ".editorconfig"
        editorconfig.write_text(editorconfig.read_text(encoding="utf-8") + "# later\n", encoding="utf-8")
        commit(folder, "Go on")
    return folder


@pytest.fixture
def clone(released: Path) -> Path:
    """The same without what an earlier test rendered."""
    shutil.rmtree(released / "build", ignore_errors=True)
    return released


def tree(folder: Path) -> dict[str, bytes]:
    """What a render consists of, without the answers and what Git keeps."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".copier-answers.yml"
    }


def with_placeholders(files: dict[str, bytes], answers: Answers) -> dict[str, bytes]:
    """The files as they are with the placeholders for what a report leaves out."""
    replaced = dict(files)
    for name in sorted(answers.keys() & reproduce.PLACEHOLDERS.keys(), key=lambda name: -len(str(answers[name]))):
        given, placeholder = str(answers[name]).encode(), reproduce.PLACEHOLDERS[name].encode()
        replaced = {path: content.replace(given, placeholder) for path, content in replaced.items()}
    return replaced


@pytest.mark.parametrize(("answers", "version"), SOME.values(), ids=SOME)
def test_a_report_in_an_issue_is_rendered_again_byte_for_byte(
    clone: Path,
    clean_environment: dict[str, str],
    info: Callable[[Path], str],
    tmp_path: Path,
    answers: Answers,
    version: str,
) -> None:
    service, issue, reproduced = tmp_path / "service", tmp_path / "issue.md", clone / "build" / "reproduced"
    copier.run_copy(str(clone), service, data=answers, vcs_ref=version, defaults=True, quiet=True, unsafe=False)
    issue.write_text(ISSUE.format(report=info(service).replace("\n", "\r\n")), encoding="utf-8", newline="")

    done = make(clone, clean_environment, "reproduce", f"REPORT={issue}")
    assert done.returncode == 0, done.stderr
    assert "Rendered " in done.stdout
    assert tree(reproduced) == with_placeholders(tree(service), answers)
    assert ("# later" in (reproduced / ".editorconfig").read_text(encoding="utf-8")) == (version == "HEAD")
    assert [path.name for path in (clone / "build").iterdir()] == ["reproduced"]


def test_a_report_names_neither_people_nor_projects(render: Render, info: Callable[[Path], str]) -> None:
    """A question for a text that `app info` does not know would be printed: its list must grow with the questions."""
    texts = {name for name, details in ASKED.items() if details["type"] == "str" and "choices" not in details}
    assert texts == reproduce.PLACEHOLDERS.keys()
    folder = render(**AWKWARD)
    lines = reproduce.parse("template.version: v0.0.1\n" + re.sub("(?m)^template.*\n", "", info(folder)))
    left_out = {key.removeprefix("answer.") for key, value in lines.items() if value == reproduce.LEFT_OUT}
    assert left_out == texts


# A report of a service with one answer that is not the default.
ANSWERS = {
    **{name: str(values[0]).lower() for name, values in OPTIONS.items()},
    "license": "mit",
    **dict.fromkeys(("author_email", "author_name", "description"), "(empty)"),
    **dict.fromkeys(("project_name", "project_slug"), "(left out)"),
}
LINES = [f"answer.{name}: {answer}\n" for name, answer in sorted(ANSWERS.items())]
GOOD = "template.version: v0.0.1\n" + "".join(LINES)
BAD = {
    "nothing": ("Hello\n", "There is no line `template.version: …` in the report"),
    "no version": (GOOD.replace("v0.0.1", "unknown (.copier-answers.yml: it is not in this folder)"), "is no version"),
    "branch": (GOOD.replace("v0.0.1", "main"), "'main' is no version"),
    "option": (GOOD.replace("v0.0.1", "--upload-pack=id"), "is no version"),
    "later version": (GOOD.replace("v0.0.1", "v9.0.0"), "This clone does not have v9.0.0; fetch it: git fetch --tags."),
    "other commit": (GOOD.replace("v0.0.1", "1234567"), "This clone does not have 1234567; fetch it"),
    "unknown answer": (GOOD + "answer.databse: mysql\n", 'There is no question "databse"'),
    "unknown secret": (GOOD + "answer.databse: (left out)\n", "for which there is no placeholder"),
    "bad choice": (GOOD.replace("mit", "gpl"), "Invalid choice for 'license'"),
    "no yes or no": (GOOD.replace("example: true", "example: perhaps"), "example must be true or false"),
    "another yes": (GOOD.replace("example: true", "example: yes"), "differ in answer.example"),
    "expression": (GOOD.replace("(left out)", "{{ 7 * 7 }}", 1), "Please leave out"),
    "escape": (GOOD.replace("mit", "\x1b[31mmit"), "answer.license must be one line of text"),
    "no value": (GOOD.replace("mit", ""), "answer.license must be one line of text"),
    "cut off": (
        GOOD.partition("answer.license")[0],
        "differ in " + ", ".join(f"answer.{name}" for name in sorted(ANSWERS) if name >= "license"),
    ),
    "computed": (GOOD + "answer.license_spdx: MIT\n", "differ in answer.license_spdx"),
    "two reports": (GOOD + GOOD.replace("mit", "proprietary"), "two things of answer.license: 'mit' and 'proprietary'"),
}


@pytest.mark.parametrize(("report", "reason"), BAD.values(), ids=BAD)
def test_refuses_a_report_in_one_line_and_keeps_what_was_there(
    clone: Path, clean_environment: dict[str, str], tmp_path: Path, report: str, reason: str
) -> None:
    earlier = clone / "build" / "reproduced" / "earlier.txt"
    earlier.parent.mkdir(parents=True)
    earlier.touch()
    (tmp_path / "report.txt").write_text(report, encoding="utf-8")
    assert reason in complaint(make(clone, clean_environment, "reproduce", f"REPORT={tmp_path / 'report.txt'}"))
    assert [path for path in (clone / "build").rglob("*") if path.is_file()] == [earlier]


def test_renders_to_a_folder_of_choice(clone: Path, clean_environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("> " + GOOD.replace("\n", "\n> "), encoding="utf-8-sig")
    arguments = ("reproduce", f"REPORT={tmp_path / 'report.txt'}", f"DEST={tmp_path / 'again'}")
    done = make(clone, clean_environment, *arguments)
    assert done.returncode == 0, done.stderr
    assert "Placeholders stand for what the report leaves out: answer.project_name, answer.project_slug." in done.stdout
    assert 'name = "my-service"' in (tmp_path / "again" / "pyproject.toml").read_text(encoding="utf-8")
    assert "is not empty" in complaint(make(clone, clean_environment, *arguments))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "Say where the report is: make reproduce REPORT=report.txt"),
        (("REPORT=nowhere.txt",), "REPORT=nowhere.txt cannot be read: No such file or directory."),
        (("REPORT=docs",), "REPORT=docs cannot be read: Is a directory."),
    ],
)
def test_needs_a_report(
    clone: Path, clean_environment: dict[str, str], arguments: tuple[str, ...], reason: str
) -> None:
    assert complaint(make(clone, clean_environment, "reproduce", *arguments)) == reason

"""Each question is friendly; each bad answer is refused in one readable line, and nothing is written."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier
import jinja2
import pexpect
import pytest
import yaml

from tests.combinations import COMBINATIONS
from tests.conftest import ROOT, Render

CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
QUESTIONS = {name: details for name, details in CONFIG.items() if not name.startswith("_")}
ASKED = {name: details for name, details in QUESTIONS.items() if details.get("when") is not False}
COPIER = shutil.which("copier", path=str(Path(sys.executable).parent)) or "copier"

HOSTILE = {
    "double quote": 'My "Service"',
    "backslash": "My\\nService",
    "backtick": "My `id` Service",
    "newline": "My\nService",
    "carriage return": "My\rService",
    "tab": "My\tService",
    "NUL": "My\0Service",
    "escape": "My \x1b[31mService",
    "expression": "{{7*7}}",
    "statement": "{% raw %}",
    "comment": "{# x #}",
    "shell expansion": "$(id)",
    "variable": "${HOME}",
    "percent": "%(home)s",
    "path": "../x",
    "tag": "<script>alert(1)</script>",
    "table": "a | b",
    "right-to-left override": "My \u202eecivreS",
    "right-to-left mark": "My\u200f Service",
    "isolate": "My \u2066Service\u2069",
    "zero width space": "My\u200bService",
    "byte order mark": "\ufeffMy Service",
    "line separator": "My\u2028Service",
    "soft hyphen": "My\xadService",
    "tag character": "My Service\U000e0041",
    "lone surrogate": "My\udc80Service",
    "300 characters": "x" * 300,
    "spaces at the ends": " My Service ",
    "hash at the start": "#1",
    "dash at the start": "- x",
}
TEXTS = ("project_name", "description", "author_name")
BAD = [
    *((question, value) for question in TEXTS for value in HOSTILE.values()),
    *(("project_name", value) for value in ("", "   ", "...", "x" * 61, "My 'Service'", "a: b", "a # b", "[x]")),
    *(("description", "x" * 101), ("author_name", "x" * 101)),
    *(
        ("project_slug", value)
        for value in (
            "",
            "My-Service",
            "my_service",
            "-my",
            "my-",
            "my--service",
            "1st",
            "x" * 41,
            "../x",
            "my.service",
        )
    ),
    *(("project_slug", value) for value in ("my-service\n", "sérvice", "{{7*7}}", "my service")),
    *(("author_email", value) for value in ("team", "team@", "@example.com", "a b@example.com", "a@example.com\n")),
    *(("author_email", value) for value in ('"a"@example.com', "a@b", "{{7*7}}@example.com", "a" * 250 + "@x.io")),
    *(("license", "gpl"), ("license", "{{7*7}}"), ("ci", "jenkins"), ("python_version", "3.10")),
]


def refusal(template: Path, destination: Path, answers: dict[str, object]) -> str:
    """The line that the person reads; the destination must not come into being."""
    with pytest.raises(ValueError, match=r"^(Validation error for question|Invalid choice for) '") as caught:
        copier.run_copy(str(template), destination, data=answers, defaults=True, quiet=True, unsafe=False)
    assert not destination.exists()
    return str(caught.value)


@pytest.mark.parametrize(("question", "value"), BAD)
def test_refuses_a_bad_answer_in_one_line(template: Path, tmp_path: Path, question: str, value: str) -> None:
    message = refusal(template, tmp_path / "x", {question: value})
    assert f"'{question}'" in message
    assert "\n" not in message
    if "choices" not in QUESTIONS[question]:
        text = message.partition(": ")[2]
        assert text.startswith("Please ")
        assert len(text) <= 60


@pytest.mark.parametrize("name", ["databse", "databases", "Project_name", "x" * 300, "helm"])
def test_refuses_an_unknown_answer_name(template: Path, tmp_path: Path, name: str) -> None:
    assert refusal(template, tmp_path / "x", {name: "mysql"}).endswith(f'There is no question "{name[:30]}"')


def test_refuses_an_unknown_answer_name_beside_good_ones(template: Path, tmp_path: Path) -> None:
    answers: dict[str, object] = {"project_name": "Fine", "license": "mit", "databse": "mysql"}
    assert refusal(template, tmp_path / "x", answers).endswith('There is no question "databse"')


@pytest.mark.parametrize("name", [name for name, question in ASKED.items() if question["type"] == "bool"])
def test_refuses_what_is_neither_true_nor_false(template: Path, tmp_path: Path, name: str) -> None:
    assert refusal(template, tmp_path / "x", {name: "flase"}).endswith(f": {name} must be true or false")


@pytest.mark.parametrize(
    ("word", "meant"), [("True", True), ("yes", True), ("1", True), ("false", False), ("no", False)]
)
def test_a_switch_takes_the_words_for_true_and_false(template: Path, tmp_path: Path, *, word: str, meant: bool) -> None:
    copier.run_copy(str(template), tmp_path, data={"redis": word}, defaults=True, quiet=True, unsafe=False)
    assert yaml.safe_load((tmp_path / ".copier-answers.yml").read_text(encoding="utf-8"))["redis"] is meant


@pytest.mark.parametrize("database", CONFIG["database"]["choices"].values())
def test_refuses_the_name_of_each_dependency(template: Path, render: Render, tmp_path: Path, database: str) -> None:
    """A distribution called `fastapi` would depend on itself."""
    project = tomllib.loads((render(database=database, redis=True) / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for name in {re.split(r"[^a-z0-9-]", requirement)[0] for requirement in requirements}:
        message = refusal(template, tmp_path / "x", {"project_slug": name})
        assert message.endswith("Please choose a name that no dependency has")


@pytest.mark.parametrize("answers", [{"auth": "none"}, {"database": "none"}])
def test_refuses_keys_without_accounts(template: Path, tmp_path: Path, answers: dict[str, object]) -> None:
    message = refusal(template, tmp_path / "x", {**answers, "api_keys": True})
    assert message.endswith("API keys need accounts: auth must be jwt or session")
    assert "'api_keys'" in message


def test_refuses_a_cluster_without_images(template: Path, tmp_path: Path) -> None:
    message = refusal(template, tmp_path / "x", {"docker": False, "kubernetes": True})
    assert message.endswith("Kubernetes runs images: docker must be true")
    assert "'kubernetes'" in message


def test_knows_the_name_of_every_question() -> None:
    listed = QUESTIONS["project_name"]["validator"]
    assert [name for name in QUESTIONS if f"'{name}'" not in listed] == []


def test_the_command_line_refuses_with_the_same_line(template: Path, tmp_path: Path) -> None:
    command = [COPIER, "copy", "--defaults", "--data", "project_name=../x", str(template), str(tmp_path / "x")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("Please start with a letter or a digit")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("answers", COMBINATIONS.values(), ids=COMBINATIONS)
def test_takes_every_good_answer(render: Callable[..., Path], answers: dict[str, object]) -> None:
    recorded = yaml.safe_load((render(**answers) / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert recorded | answers == recorded


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("My Service", "my-service"),
        ("Café Ünïon", "cafe-union"),
        ("Straße 7 (Nord)", "strasse-7-nord"),
        ("3D Printer", "service-3d-printer"),
        ("日本", "service"),
        ("A" * 60, "a" * 40),
        ("A" * 39 + " b", "a" * 39),
    ],
)
def test_derives_the_slug_from_the_name(render: Callable[..., Path], name: str, slug: str) -> None:
    answers = (render(project_name=name) / ".copier-answers.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(answers)["project_slug"] == slug


@pytest.mark.parametrize("name", ASKED)
def test_asks_in_a_question_with_a_default(name: str) -> None:
    details = ASKED[name]
    assert "?" in details["help"]
    assert "default" in details
    assert details["type"] in {"str", "bool"}
    assert details["type"] == "bool" or "validator" in details or "choices" in details


@pytest.mark.parametrize("name", [name for name in ASKED if "choices" in ASKED[name]])
def test_labels_choices_with_the_default_first(name: str) -> None:
    assert isinstance(ASKED[name]["choices"], dict)
    usual = jinja2.Template(ASKED[name]["default"]).render(database="sqlite")
    assert next(iter(ASKED[name]["choices"].values())) == usual


def test_needs_no_trust() -> None:
    unsafe = {"_tasks", "_migrations", "_jinja_extensions", "_external_data"}
    assert unsafe & CONFIG.keys() == set()


def test_asks_at_the_prompt_and_repeats_after_a_bad_answer(template: Path, tmp_path: Path) -> None:
    command = [COPIER, "copy", str(template), str(tmp_path / "x")]
    terminal = pexpect.spawn(command[0], command[1:], encoding="utf-8", timeout=60, dimensions=(50, 160))
    terminal.expect("What is the service called")
    terminal.send("{{\r")
    terminal.expect("Please leave out")
    terminal.send("\b" * 20 + "Orders\r")
    for text in ("folder, image", "in one sentence", "maintains it", "e-mail address"):
        terminal.expect(text)
        terminal.send("\r")
    for text in (
        "license",
        "Which Python",
        "Where does the data live",
        "prove who they are",
        "make API keys",
        "example domain",
        "share a cache",
        "leaves behind",
        "measure itself",
        "send traces",
        "reported to Sentry",
        "checks and tests run",
        "come as an image",
        "run on Kubernetes",
        "development container",
    ):
        terminal.expect(text)
        terminal.send("\r")
    terminal.expect("Orders is ready")
    for line in (f"cd {tmp_path / 'x'}", "make dev", "make test"):
        terminal.expect_exact(line)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert yaml.safe_load((tmp_path / "x" / ".copier-answers.yml").read_text())["project_slug"] == "orders"


@pytest.mark.parametrize("answers", COMBINATIONS.values(), ids=COMBINATIONS)
def test_the_service_sees_whether_its_answers_were_edited(
    render: Callable[..., Path], answers: dict[str, object]
) -> None:
    folder = render(**answers)
    text = (folder / ".copier-answers.yml").read_text(encoding="utf-8")
    moved = re.sub(r"(?m)^_src_path: .*$", "_src_path: https://example.com/moved.git", text)
    edited = text.replace("project_slug: ", "project_slug: x")
    code = f"from tools.update import is_edited; print(*map(is_edited, {[text, moved, edited]!r}))"
    done = subprocess.run([sys.executable, "-B", "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True"]

"""`make reproduce REPORT=…`: renders again what `app info` of a service reported, at the reported version."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.environment import ROOT, uv_environment
from tools.new import destination
from tools.render import copier_command

BUILD = ROOT / "build"
REPRODUCED = BUILD / "reproduced"
# A line of the report, in whatever an issue puts around it: a quotation, a list, a table, code marks.
LINE = re.compile(r"^[\s>|*`-]*(template\.version|answer\.\w+):\s*(.*?)[\s|`]*$")
# What `git describe` says of a tag or of a commit; a branch would not be the same tomorrow.
VERSION = re.compile(r"v\d+\.\d+\.\d+[\w.]*(-\d+-g[0-9a-f]{4,40})?|[0-9a-f]{7,40}")
RECORDED = re.compile(r"^([a-z]\w*): (.*)$", flags=re.MULTILINE)
EMPTY, LEFT_OUT = "(empty)", "(left out)"
# For the answers that a report leaves out because they name people and projects: those that give the same files.
PLACEHOLDERS = {
    "project_name": "My Service",
    "project_slug": "my-service",
    "description": "What the report leaves out",
    "author_name": "Somebody",
    "author_email": "somebody@example.com",
}


def parse(text: str) -> dict[str, str]:
    """Return the lines of the report in a text, whatever stands around them."""
    lines: dict[str, str] = {}
    for key, value in (found.groups() for line in text.splitlines() if (found := LINE.match(line))):
        if lines.setdefault(key, value) != value:
            raise SystemExit(f"The report says two things of {key}: {lines[key]!r} and {value!r}.")
    if "template.version" not in lines:
        raise SystemExit("There is no line `template.version: …` in the report; it is what `uv run app info` prints.")
    return lines


def commit_of(version: str) -> str:
    """Return the commit that a version names."""
    if not VERSION.fullmatch(version):
        raise SystemExit(f"{version[:80]!r} is no version of the template that can be rendered again.")
    command = ["git", "rev-parse", "--verify", "--quiet", f"{version}^{{commit}}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"This clone does not have {version}; fetch it: git fetch --tags. Then try again.")
    return done.stdout.strip()


def answers_of(lines: dict[str, str]) -> dict[str, str]:
    """Return the answers to render with, placeholders for those left out."""
    answers = {}
    for key, value in lines.items():
        name = key.removeprefix("answer.")
        if name == key:
            continue
        if value == LEFT_OUT and name not in PLACEHOLDERS:
            raise SystemExit(f"The report leaves out {key}, for which there is no placeholder.")
        if not value.isprintable() or not value:
            raise SystemExit(f"{key} must be one line of text, not {value[:80]!r}.")
        answers[name] = {EMPTY: "", LEFT_OUT: PLACEHOLDERS.get(name, "")}.get(value, value)
    return answers


def render(folder: Path, commit: str, answers: dict[str, str], environment: dict[str, str]) -> None:
    """Render a commit of the template; what Copier or the template refuses ends this program with that one line."""
    data = [part for name, value in answers.items() for part in ("--data", f"{name}={value}")]
    command, surroundings = copier_command(folder, commit, "--defaults", "--quiet", *data, environment=environment)
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip() or "Copier gave no reason").splitlines()[-1]
        raise SystemExit(f"Not rendered. {re.sub(r'^[A-Z][A-Za-z]*Error: ', '', reason)}")
    recorded = {
        name: value.strip("'")
        for name, value in RECORDED.findall((folder / ".copier-answers.yml").read_text(encoding="utf-8"))
    }
    # A report that was cut off would give defaults, and v0.1.0 takes any word for a yes or no: neither is said.
    wrong = {name for name, value in recorded.items() if name not in PLACEHOLDERS and answers.get(name) != value}
    if differing := wrong | (answers.keys() ^ recorded.keys()):
        names = ", ".join(f"answer.{name}" for name in sorted(differing))
        raise SystemExit(f"Not rendered. The report and this version of the template differ in {names}.")


def main(report: str, given: str) -> None:
    """Render what the file `report` describes to build/reproduced, or to the folder that was given."""
    if not report:
        raise SystemExit("Say where the report is: make reproduce REPORT=report.txt")
    target = destination(given) if given else REPRODUCED
    try:
        lines = parse(Path(report).expanduser().read_text(encoding="utf-8-sig", errors="replace"))
    except OSError as error:
        raise SystemExit(f"REPORT={report} cannot be read: {error.strerror}.") from None
    commit, answers = commit_of(lines["template.version"]), answers_of(lines)
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as staging:
        folder = Path(staging, "service")
        render(folder, commit, answers, uv_environment())
        if target.exists():
            shutil.rmtree(target)
        shutil.move(folder, target)
    print(f"Rendered {lines['template.version']} to {os.path.relpath(target)}.")
    if placeholders := [key for key, value in lines.items() if value == LEFT_OUT]:
        print(f"Placeholders stand for what the report leaves out: {', '.join(placeholders)}.")


if __name__ == "__main__":
    main(os.environ.get("REPORT", "").strip(), os.environ.get("DEST", "").strip())

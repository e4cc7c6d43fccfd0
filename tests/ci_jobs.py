"""Runs the commands of a CI job as they are written, on this machine, with stand-ins for what the platform gives."""

import re
import string
import subprocess
from pathlib import Path
from typing import Any

import yaml

# Keeps a list of pull requests in a file, and of what it was asked.
GH = """#!/bin/sh
echo "$1 $2 $3 $4" >> "$GH_CALLS"
test "$GH_TOKEN" = "the token" || exit 4
case "$1 $2" in
"auth setup-git") ;;
"pr view") grep -qx "$3" "$GH_REQUESTS" ;;
"pr create") test "$3" = --head && echo "$4" >> "$GH_REQUESTS" ;;
*) exit 9 ;;
esac
"""

Done = subprocess.CompletedProcess[str]


def shell(script: str, folder: Path, environment: dict[str, str]) -> Done:
    command = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def github_job(workflow: Path, folder: Path, environment: dict[str, str], values: dict[str, str]) -> Done:
    """Run the only job of a workflow to its end or first failure; actions that set up the machine are left out."""
    (job,) = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    output = folder.parent / "github-output"
    output.write_text("", encoding="utf-8")
    results = []
    for step in job["steps"]:
        if "uses" in step or not known(step.get("if", "always"), values):
            continue
        variables = {**job.get("env", {}), **step.get("env", {})}
        expanded = {name: expand(text, values) for name, text in variables.items()}
        done = shell(step["run"], folder, environment | expanded | {"GITHUB_OUTPUT": str(output)})
        results.append(done)
        if done.returncode:
            break
        rows = (row.partition("=") for row in output.read_text(encoding="utf-8").splitlines())
        values = values | {f"steps.{step.get('id')}.outputs.{name}": value for name, _, value in rows}
    return summary(results)


def known(condition: str, values: dict[str, str]) -> bool:
    """The conditions of our steps ask whether an earlier step said something."""
    return condition == "always" or bool(values.get(condition))


def expand(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: values[found[1]], text)


def summary(results: list[Done]) -> Done:
    out, err = ("".join(getattr(done, stream) for done in results) for stream in ("stdout", "stderr"))
    return subprocess.CompletedProcess([], results[-1].returncode, out, err)


def gitlab_job(pipeline: Path, name: str, folder: Path, environment: dict[str, str], values: dict[str, str]) -> Done:
    """Run a job of a pipeline in one shell, as a runner does, with its variables expanded from `values`."""
    job: dict[str, Any] = yaml.safe_load(pipeline.read_text(encoding="utf-8"))[name]
    variables: dict[str, str] = {}
    for key, text in job["variables"].items():
        variables[key] = string.Template(text).substitute(values | variables)
    return shell("\n".join(job["script"]), folder, environment | values | variables)

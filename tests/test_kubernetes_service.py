"""What the manifests and their document say of the service is what it does."""

import base64
import json
import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.combinations import Answers
from tests.kubernetes import KUBECTL, build, settings

#: What a team adds by hand; the keys are made by the service itself.
OWN = {
    "DATABASE_URL": "postgresql://my-service:swordfish@db.example.com/my_service",
    "REDIS_URL": "rediss://:swordfish@localhost:1/0",
    "BROKER_URL": "amqps://my-service:swordfish@rabbitmq.example.com:5671/",
    "SMTP_PASSWORD": "swordfish",
}
COMPLETE = "The settings are complete and safe."


def app(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the service."""
    command = ["uv", "run", "--quiet", "--no-dev", "app", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_production_starts_with_the_settings_and_secrets_of_the_document(
    project: Callable[[Answers], Path], clean_environment: dict[str, str]
) -> None:
    folder = project({"kubernetes": True})
    document = (folder / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```console\n(mkdir .*?)^```", document, re.MULTILINE | re.DOTALL)
    for line in block.splitlines():
        if line.startswith("uv run app"):
            assert app(folder, clean_environment, *line.split()[3:]).returncode == 0
        elif line.startswith("editor "):
            with (folder / line.split()[1]).open("a", encoding="utf-8") as file:
                file.write(f"SMTP_PASSWORD={OWN['SMTP_PASSWORD']}\n")
        else:
            subprocess.run(["sh", "-ec", line], cwd=folder, check=True)
    (create,) = re.findall(r"^kubectl --namespace my-service (create secret generic .+)$", document, re.MULTILINE)
    command = [KUBECTL, *create.split(), "--dry-run=client", "--output=json"]
    made = json.loads(subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout)
    secrets = {name: base64.b64decode(value).decode() for name, value in made["data"].items()}
    assert secrets.keys() == {"JWT_KEYS", "SMTP_PASSWORD"}

    variables = secrets | settings(build(folder, "overlays/production"))
    done = app(folder, clean_environment | variables, "check")
    assert (done.returncode, done.stdout.strip()) == (0, COMPLETE), done.stderr
    incomplete = {name: value for name, value in variables.items() if name != "JWT_KEYS"}
    assert app(folder, clean_environment | incomplete, "check").returncode == 78


def test_production_starts_with_everything_that_there_is(
    project: Callable[[Answers], Path], clean_environment: dict[str, str]
) -> None:
    answers: Answers = {"database": "postgresql", "auth": "oidc", "redis": True, "tasks": "rabbitmq"}
    folder = project({**answers, "tracing": True, "sentry": True, "kubernetes": True})
    variables = OWN | settings(build(folder, "overlays/production"))
    done = app(folder, clean_environment | variables, "check")
    assert (done.returncode, done.stdout.strip()) == (0, COMPLETE), done.stderr
    # What has no password is for the other overlay.
    variables |= settings(build(folder, "overlays/development"))
    assert app(folder, clean_environment | variables, "check").returncode == 0
    assert app(folder, clean_environment | variables, "check", "--deploy").returncode == 78


def test_a_release_does_not_start_its_migration_on_newer_tables(
    project: Callable[[Answers], Path], clean_environment: dict[str, str]
) -> None:
    """Which is why it is no init container: nobody could go back."""
    folder = project({"kubernetes": True})
    variables = clean_environment | {"ENVIRONMENT": "development", "DATABASE_URL": "sqlite:///app.db"}
    assert app(folder, variables, "migrate").returncode == 0
    with closing(sqlite3.connect(folder / "app.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_of_a_newer_release'")
        database.commit()
    done = app(folder, variables, "migrate")
    assert done.returncode not in {0, 75}
    assert "9999_of_a_newer_release" in done.stderr

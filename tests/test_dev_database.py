"""`make dev`, `make test` and `make check` find or start the server that a service needs, or say what to do."""

import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import copier
import pytest

from tests.database_servers import MYSQL, POSTGRES, Containers, Engine, ServerService, containers
from tests.processes import free_port, make, running, status

ENGINES = [pytest.param(engine, id=engine.name) for engine in (POSTGRES, MYSQL)]
UP = "up --detach --wait database"


@pytest.fixture(scope="session")
def rendered(
    request: pytest.FixtureRequest,
    template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    clean_environment: dict[str, str],
) -> ServerService:
    """A service on an engine, with what it needs to run."""
    engine: Engine = request.param
    folder, name = tmp_path_factory.mktemp(engine.name) / "service", f"Dev {uuid.uuid4().hex[:8]}"
    answers = {"database": engine.name, "project_name": name}
    copier.run_copy(str(template), folder, data=answers, defaults=True, quiet=True, unsafe=False)
    subprocess.run(["uv", "sync", "--quiet"], cwd=folder, env=clean_environment, check=True)
    return ServerService(engine, folder, name.lower().replace(" ", "-"), clean_environment)


@pytest.fixture
def service(rendered: ServerService, needs: Callable[..., None]) -> Iterator[ServerService]:
    """The service as it was delivered; its databases go with the test."""
    needs(rendered.engine.machine)
    (rendered.folder / ".env").unlink(missing_ok=True)
    yield rendered
    rendered.drop_databases()


@pytest.fixture
def fake(service: ServerService, tmp_path: Path) -> Iterator[Containers]:
    """Programs that start containers, none at first."""
    fake = containers(tmp_path / "programs", service.engine)
    yield fake
    fake.stop()


pytestmark = pytest.mark.parametrize("rendered", ENGINES, indirect=True)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a failing command says."""
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    (line,) = done.stderr.splitlines()
    return line


def test_a_server_that_answers_gets_the_database_once(service: ServerService, fake: Containers) -> None:
    fake.install("docker")
    settings = fake.settings() | {"ENVIRONMENT": "development"}
    first, second = (service.dev_database(**settings) for _ in range(2))
    assert (first.returncode, first.stdout, first.stderr) == (0, f"Created the database {service.database}.\n", "")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert service.databases() == [service.database]
    assert fake.calls() == []


@pytest.mark.parametrize(
    ("programs", "calls"),
    [
        (["docker", "podman"], ["docker compose ps", f"docker compose {UP}"]),
        (["podman"], ["podman compose ps", "podman compose up --detach database"]),
        (["podman-compose"], ["podman-compose ps", "podman-compose up --detach database"]),
    ],
)
def test_a_server_that_is_away_is_started_at_the_port_of_its_address(
    service: ServerService, fake: Containers, programs: list[str], calls: list[str]
) -> None:
    fake.install(*programs)
    url = service.engine.url(service.database, address=f"127.0.0.1:{fake.port}")
    done = service.dev_database(**fake.settings(), ENVIRONMENT="development", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    program = calls[0].removesuffix(" ps")
    assert done.stderr == f"No server answers at 127.0.0.1:{fake.port}: starting one with {program}.\n"
    assert fake.calls() == calls
    assert service.databases() == [service.database]


def test_a_client_without_an_engine_is_named_with_its_complaint(service: ServerService, fake: Containers) -> None:
    fake.install("docker", "podman-compose")
    settings = fake.settings() | {"FAKE_COMPLAINT": "Cannot connect to the Docker daemon."}
    url = service.engine.url("x", address="localhost:1")
    assert one_line(service.dev_database(**settings, DATABASE_URL=url, ENVIRONMENT="development")) == (
        "No server answers at localhost:1: start it, install Docker or Podman (docker compose is here, but says: "
        "Cannot connect to the Docker daemon.), or set DATABASE_URL."
    )
    assert fake.calls() == ["docker compose ps", "podman-compose ps"]


def test_without_programs_it_says_what_helps(service: ServerService, fake: Containers) -> None:
    settings = fake.settings() | {"TEST_DATABASE_URL": service.engine.url("x", address="localhost:1")}
    line = "No server answers at localhost:1: start it, install Docker or Podman, or set TEST_DATABASE_URL."
    assert one_line(service.dev_database("--tests", **settings)) == line


def test_a_server_that_does_not_start_is_one_line_below_its_reason(service: ServerService, fake: Containers) -> None:
    fake.install("docker")
    settings = fake.settings() | {"FAKE_FAILURE": "port is already allocated", "ENVIRONMENT": "development"}
    done = service.dev_database(**settings, DATABASE_URL=service.engine.url("x", address=f"localhost:{fake.port}"))
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == [
        "port is already allocated",
        f"`docker compose {UP}` failed; it says why above.",
    ]


@pytest.mark.parametrize("address", ["db.invalid:5432", "db.invalid", "[::1]:1"])
def test_a_server_elsewhere_is_never_started(service: ServerService, fake: Containers, address: str) -> None:
    fake.install("docker")
    url = service.engine.url("x", account="me:hunter2", address=address)
    done = service.dev_database(**fake.settings(), ENVIRONMENT="development", DATABASE_URL=url)
    assert one_line(done) == f"No server answers at {address}: start it, or set DATABASE_URL."
    assert fake.calls() == []


def test_an_account_that_is_refused_is_not_repeated(service: ServerService, fake: Containers) -> None:
    fake.install("docker")
    url = service.engine.url("x", account="nobody:hunter2")
    line = one_line(service.dev_database(**fake.settings(), ENVIRONMENT="development", DATABASE_URL=url))
    place = f"localhost:{service.engine.port}"
    assert line == f"The server of DATABASE_URL ({place}) refuses the account that is given for it."
    assert fake.calls() == []


def test_a_server_that_is_full_is_not_started_once_more(service: ServerService, fake: Containers) -> None:
    fake.install("docker")
    account = f"full_{service.database[-8:]}"
    service.sql(service.engine.limited.format(account))
    url = service.engine.url(service.engine.maintenance, account=account)
    settings = fake.settings() | {"ENVIRONMENT": "development", "DATABASE_URL": url}
    service.dev_database(**settings)
    line = one_line(service.dev_database(**settings))
    service.sql(f"DROP USER {account}")
    assert line == f"The server of DATABASE_URL (localhost:{service.engine.port}) takes nobody in at the moment."
    assert fake.calls() == []


def test_an_address_of_another_engine_is_refused(service: ServerService, fake: Containers) -> None:
    done = service.dev_database(**fake.settings(), ENVIRONMENT="development", DATABASE_URL="oracle://hunter2/x")
    assert one_line(done).startswith("DATABASE_URL: names another engine; ")
    assert "hunter2" not in done.stderr


def test_in_production_nothing_is_made_or_started(service: ServerService, fake: Containers) -> None:
    fake.install("docker")
    missing = {"DATABASE_URL": service.engine.url(service.database)}
    away = {"DATABASE_URL": service.engine.url(service.database, address="localhost:1")}
    for settings in ({"ENVIRONMENT": "production"}, {}):
        assert service.dev_database(**fake.settings(), **settings, **missing).returncode == 0
        line = one_line(service.dev_database(**fake.settings(), **settings, **away))
        assert line == "No server answers at localhost:1: start it, or set DATABASE_URL."
    assert service.databases() == []
    assert fake.calls() == []


def test_for_tests_a_server_is_enough_wherever_it_is_named(service: ServerService, fake: Containers) -> None:
    fake.install("docker")
    here = service.engine.url(service.database, address=f"localhost:{fake.port}")
    (service.folder / ".env").write_text(f"DATABASE_URL={service.engine.url('x', address='localhost:1')}\n")
    done = service.dev_database("--tests", **fake.settings(), TEST_DATABASE_URL=here)
    assert done.returncode == 0, done.stderr
    assert fake.calls() == ["docker compose ps", f"docker compose {UP}"]
    (service.folder / ".env").write_text(f"DATABASE_URL={here}\n")
    assert service.dev_database("--tests", **fake.settings()).returncode == 0
    assert len(fake.calls()) == 2
    assert service.databases() == []


@pytest.mark.parametrize("by_compose", [False, True], ids=["a server that answers", "a container engine alone"])
def test_dev_serves_from_nothing(service: ServerService, fake: Containers, *, by_compose: bool) -> None:
    fake.install("docker")
    port = free_port()
    environment = service.environment | fake.settings(service.environment["PATH"]) | {"PORT": str(port)}
    if by_compose:
        environment["DATABASE_URL"] = service.engine.url(service.database, address=f"127.0.0.1:{fake.port}")
    with running(["make", "dev"], service.folder, environment) as server:
        server.wait_for("startup complete", 120)
        assert status(f"http://127.0.0.1:{port}/health/ready") == 200
        assert f"Created the database {service.database}." in server.output
        server.stop()
    assert len(fake.calls()) == 2 * by_compose


def test_its_tests_leave_no_database_behind(service: ServerService) -> None:
    output = make(service.folder, service.environment, "test", "ARGS=tests/core")
    assert " passed" in output
    assert service.databases() == []

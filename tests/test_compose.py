"""compose.yml gives the server that the development URL names, to this machine only, and Renovate can read it."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Render
from tests.linters import podman_compose, schema

SERVERS = ("postgresql", "mysql")
# Renovate's own pattern for the files of compose.
RENOVATE_READS = re.compile(r"(^|/)(?:docker-)?compose[^/]*\.ya?ml$")


def database(folder: Path) -> dict[str, Any]:
    """The service `database` as it is described."""
    (service,) = services(folder).items()
    assert service[0] == "database"
    return dict(service[1])


def services(folder: Path) -> dict[str, dict[str, Any]]:
    """All services as they are described; each keeps its data."""
    described: dict[str, Any] = yaml.safe_load((folder / "compose.yml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = described["services"]
    assert [service["volumes"][0].partition(":")[0] for service in found.values()] == list(described["volumes"])
    return found


def code(folder: Path, engine: str) -> str:
    return (folder / "src" / "app" / "core" / f"{engine}.py").read_text(encoding="utf-8")


def test_a_file_needs_no_server(default: Path) -> None:
    assert not (default / "compose.yml").exists()


@pytest.mark.parametrize("engine", SERVERS)
def test_it_is_what_compose_reads(render: Render, engine: str) -> None:
    done = schema("vendor.compose-spec", render(database=engine) / "compose.yml")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("engine", SERVERS)
def test_podman_compose_reads_what_docker_reads(render: Render, tmp_path: Path, engine: str) -> None:
    path = render(database=engine, redis=True, tasks="rabbitmq") / "compose.yml"
    done = podman_compose(path, tmp_path)
    assert done.returncode == 0, done.stderr
    with_defaults = re.sub(r"\$\{[A-Z_]+:-(.*?)\}", r"\1", path.read_text(encoding="utf-8"))
    assert yaml.safe_load(done.stdout)["services"] == yaml.safe_load(with_defaults)["services"]


@pytest.mark.parametrize(("good", "bad"), [("    volumes:\n", "    volume:\n"), ("interval: 1s", "intervall: 1s")])
def test_a_mistake_in_it_is_seen(render: Render, tmp_path: Path, good: str, bad: str) -> None:
    path = Path(shutil.copy(render(database="mysql") / "compose.yml", tmp_path))
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad), encoding="utf-8")
    assert schema("vendor.compose-spec", path).returncode != 0


@pytest.mark.parametrize("slug", ["my-service", "null", "on", "y1"])
@pytest.mark.parametrize("engine", SERVERS)
def test_it_is_the_server_of_the_development_url(render: Render, engine: str, slug: str) -> None:
    folder = render(database=engine, project_slug=slug)
    found = re.search(r'DEVELOPMENT_URL = f"\w+://(\w+)@localhost:(\d+)/', code(folder, engine))
    assert found is not None
    account, port = found.groups()
    service = database(folder)
    assert service["ports"] == [f"127.0.0.1:${{DATABASE_PORT:-{port}}}:{port}"]
    names = {value for name, value in service["environment"].items() if name.endswith(("_DB", "_DATABASE"))}
    assert names == {slug.replace("-", "_")}
    assert account == {"postgresql": "postgres", "mysql": "root"}[engine]
    open_door = {"POSTGRES_HOST_AUTH_METHOD": "trust"}, {"MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": "1"}
    assert any(door.items() <= service["environment"].items() for door in open_door)


@pytest.mark.parametrize(
    ("engine", "modules", "words"),
    [
        ("postgresql", ["postgresql"], ["C.UTF-8", "UTF8"]),
        ("mysql", ["mysql", "collations"], ["utf8mb4", "utf8mb4_nopad_bin"]),
    ],
)
def test_its_texts_sort_as_in_the_databases_that_the_service_makes(
    render: Render, engine: str, modules: list[str], words: list[str]
) -> None:
    folder = render(database=engine)
    written = "".join(code(folder, module) for module in modules)
    service = database(folder)
    described = str(service.get("command", "")) + str(service["environment"])
    for word in words:
        assert re.search(rf"\b{re.escape(word)}\b", written), word
        assert re.search(rf"\b{re.escape(word)}\b", described), word


@pytest.mark.parametrize("engine", SERVERS)
def test_renovate_finds_its_image(render: Render, engine: str) -> None:
    (path,) = (path.name for path in render(database=engine).iterdir() if RENOVATE_READS.search(path.name))
    assert path == "compose.yml"
    # In full, because Podman knows no short names everywhere; with a version, because `latest` changes by itself.
    assert re.fullmatch(r"docker\.io/library/[a-z]+:\d+(\.\d+)?", database(render(database=engine))["image"])


@pytest.mark.parametrize("engine", SERVERS)
def test_it_keeps_its_data_and_says_when_it_is_ready(render: Render, engine: str) -> None:
    described = yaml.safe_load((render(database=engine) / "compose.yml").read_text(encoding="utf-8"))
    service = described["services"]["database"]
    (volume,) = service["volumes"]
    assert volume.partition(":")[0] in described["volumes"]
    assert service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("engine", ["sqlite", *SERVERS])
def test_redis_stands_beside_the_database_keeps_nothing_and_has_an_end(render: Render, engine: str) -> None:
    folder = render(database=engine, redis=True)
    assert schema("vendor.compose-spec", folder / "compose.yml").returncode == 0
    described = yaml.safe_load((folder / "compose.yml").read_text(encoding="utf-8"))
    assert list(described["services"]) == [*(["database"] if engine in SERVERS else []), "redis"]
    service = described["services"]["redis"]
    assert "volumes" not in service
    assert re.fullmatch(r"docker\.io/library/redis:\d+(\.\d+)?", service["image"])
    assert service["ports"] == ["127.0.0.1:${REDIS_PORT:-6379}:6379"]
    assert service["healthcheck"]["test"] == ["CMD", "redis-cli", "ping"]
    options = service["command"]
    assert options[options.index("--save") + 1] == ""
    # Redis makes room before the engine kills it, and takes only what ends by itself.
    assert options[options.index("--maxmemory-policy") + 1] == "volatile-lru"
    assert int(options[options.index("--maxmemory") + 1].removesuffix("mb")) < int(
        service["mem_limit"].removesuffix("m")
    )
    written = (folder / "src" / "app" / "core" / "redis_settings.py").read_text(encoding="utf-8")
    assert 'DEVELOPMENT_REDIS_URL = "redis://localhost:6379/0"' in written


@pytest.mark.parametrize("broker", ["redis", "rabbitmq"])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "none"])
def test_a_broker_stands_beside_the_database_or_alone(render: Render, broker: str, engine: str) -> None:
    folder = render(database=engine, tasks=broker, **({"auth": "none"} if engine == "none" else {}))
    found = services(folder)
    assert list(found) == (["database", "broker"] if engine == "postgresql" else ["broker"])
    settings = (folder / "src" / "app" / "tasks" / "settings.py").read_text(encoding="utf-8")
    url = re.search(r'DEVELOPMENT_URL = "\w+://(?:guest:guest@)?localhost:(\d+)/', settings)
    assert url is not None
    assert found["broker"]["ports"] == [f"127.0.0.1:${{BROKER_PORT:-{url[1]}}}:{url[1]}"]
    assert re.fullmatch(rf"docker\.io/library/{broker}:\d+\.\d+", found["broker"]["image"])
    assert found["broker"]["healthcheck"]["test"][0] == "CMD"
    done = schema("vendor.compose-spec", folder / "compose.yml")
    assert done.returncode == 0, done.stdout

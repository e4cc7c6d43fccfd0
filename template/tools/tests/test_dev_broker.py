"""`make dev`, `make test` and `make check` find or start the broker, or say in one line what to do."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.tasks.settings import DEVELOPMENT_URL, SCHEMES
from tests.operations.service import free_port
from tools import compose, dev_broker
from tools.tests.playing_uv import make

THERE = os.environ.get("TEST_BROKER_URL") or DEVELOPMENT_URL
Away = Callable[[str], str]


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    """Return a function that gives a variable the address of a broker that is not there."""

    def choose(variable: str, host: str = "localhost") -> str:
        place = f"{host}:{free_port()}"
        monkeypatch.setenv(variable, f"{SCHEMES[0]}://service:hunter2@{place}")
        return place

    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setattr(compose, "working_program", no_program)
    return choose


def no_program() -> Sequence[str]:
    raise compose.ComposeError(" (docker compose is here, but says: no)")


def test_a_broker_that_answers_is_used(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("BROKER_URL", THERE)
    assert dev_broker.main([]) == 0
    assert dev_broker.main(["--tests"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("arguments", "variable"), [([], "BROKER_URL"), (["--tests"], "TEST_BROKER_URL")])
def test_without_a_program_for_containers_it_says_what_to_do(
    away: Away, capsys: pytest.CaptureFixture[str], arguments: list[str], variable: str
) -> None:
    place = away(variable)
    assert dev_broker.main(arguments) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"No broker answers at {place} (")
    assert line.endswith(
        f"start it, install Docker or Podman (docker compose is here, but says: no), or set {variable}."
    )
    assert "hunter2" not in line


def test_what_is_on_another_machine_is_somebody_elses_to_start(
    away: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    place = away("BROKER_URL", "127.0.0.2")
    assert dev_broker.main([]) == 1
    assert capsys.readouterr().err.endswith(": start it, or set BROKER_URL.\n")
    assert place


def test_compose_starts_one(away: Away, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    place, started = away("BROKER_URL"), []

    def start(program: Sequence[str], service: str, port: int | None) -> None:
        started.append((*program, service, port))
        monkeypatch.setattr(dev_broker.Broker, "trouble", lambda _self: "")

    monkeypatch.setattr(compose, "working_program", lambda: ("podman", "compose"))
    monkeypatch.setattr(compose, "start", start)
    assert dev_broker.main([]) == 0
    assert started == [("podman", "compose", "broker", urlsplit(f"//{place}").port)]
    assert capsys.readouterr().err == f"No broker answers at {place}: starting one with podman compose.\n"


@pytest.mark.parametrize("command", ["test", "check", "bench"])
def test_what_runs_tests_sees_to_their_broker_first(folder: Path, command: str) -> None:
    shown = make(folder, "--silent", command).stdout.splitlines()
    tests = next(index for index, line in enumerate(shown) if line.startswith("[run][pytest]"))
    assert any(line.startswith("[run][python][-m][tools.dev_broker][--tests]") for line in shown[:tests])


def test_dev_sees_to_the_broker_before_it_serves(folder: Path) -> None:
    shown = make(folder, "--silent", "dev").stdout
    assert 0 < shown.index("[tools.dev_broker]") < shown.index("[run][app][serve]")

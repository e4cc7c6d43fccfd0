"""A service that uses Redis sees to it first that there is one."""

from pathlib import Path

import pytest

from app.core.redis_settings import DEVELOPMENT_REDIS_URL
from app.core.settings import ConfigurationError
from tools import compose, dev_redis
from tools.tests.playing_uv import make

NOBODY = "redis://127.0.0.1:1/0"


@pytest.mark.parametrize("command", ["test", "check", "bench"])
def test_what_runs_tests_sees_to_their_redis_first(folder: Path, command: str) -> None:
    shown = make(folder, "--silent", command).stdout

    assert shown.index("[run][python][-m][tools.dev_redis][--tests]") < shown.index("[run][pytest]")


def test_dev_sees_to_redis_before_it_serves(folder: Path) -> None:
    shown = make(folder, "--silent", "dev").stdout

    assert 0 < shown.index("[tools.dev_redis]") < shown.index("[run][app][serve]")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what compose was asked to start, which never comes up."""
    calls: list[object] = []
    monkeypatch.setattr(compose, "working_program", lambda: ("docker", "compose"))
    monkeypatch.setattr(compose, "start", lambda *call: calls.append(call))
    monkeypatch.setattr(dev_redis, "START_SECONDS", 0)
    monkeypatch.setenv("ENVIRONMENT", "development")
    return calls


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str) -> str:
    """Run it for an address and return the last line, without which it succeeded."""
    monkeypatch.setenv("REDIS_URL", url)
    monkeypatch.setattr(dev_redis, "load_settings", lambda group: group(_env_file=None))
    code = dev_redis.main([])
    lines = capsys.readouterr().err.splitlines()
    assert code == bool(lines)
    return lines[-1] if lines else ""


def test_one_that_answers_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started: list[object]
) -> None:
    assert said(monkeypatch, capsys, dev_redis.settings_for_tests().url) == ""
    assert said(monkeypatch, capsys, "") == ""
    assert started == []


def test_one_that_is_away_is_started_at_the_port_of_its_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started: list[object]
) -> None:
    line = said(monkeypatch, capsys, NOBODY)
    assert line == "No Redis answers at 127.0.0.1:1, although it was started: docker compose logs redis says why."
    assert started == [(("docker", "compose"), "redis", 1)]


@pytest.mark.parametrize("url", ["redis://:hunter2@no.such.host.invalid:6379", "unix:///nowhere/redis.sock"])
def test_one_that_is_somebody_elses_is_never_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started: list[object], url: str
) -> None:
    line = said(monkeypatch, capsys, url)
    assert line.startswith("No Redis answers at ")
    assert line.endswith(": start it, or set REDIS_URL.")
    assert "hunter2" not in line
    assert started == []


def test_in_production_nothing_is_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started: list[object]
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    assert said(monkeypatch, capsys, NOBODY) == "No Redis answers at 127.0.0.1:1: start it, or set REDIS_URL."
    assert started == []


def test_without_programs_it_says_what_helps(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started: list[object]
) -> None:
    def none() -> None:
        raise compose.ComposeError(" (docker is here, but says: no)")

    monkeypatch.setattr(compose, "working_program", none)
    assert said(monkeypatch, capsys, NOBODY) == (
        "No Redis answers at 127.0.0.1:1: start it, install Docker or Podman (docker is here, but says: no), or set "
        "REDIS_URL."
    )


def test_one_that_refuses_us_is_named_with_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started: list[object]
) -> None:
    place = dev_redis.settings_for_tests().place
    line = said(monkeypatch, capsys, f"redis://nobody:hunter2@{place}/0")
    assert line.startswith(f"The Redis of REDIS_URL ({place}) refuses: ")
    assert "hunter2" not in line
    assert started == []


def test_tests_have_an_address_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example.com")
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)
    assert dev_redis.settings_for_tests().url == DEVELOPMENT_REDIS_URL
    monkeypatch.setenv("TEST_REDIS_URL", "redis://127.0.0.1:6390/0")
    assert dev_redis.settings_for_tests().place == "127.0.0.1:6390"
    monkeypatch.setenv("TEST_REDIS_URL", "hunter2")
    with pytest.raises(ConfigurationError, match=r"^TEST_REDIS_URL: is not an address such as "):
        dev_redis.settings_for_tests()

"""One line per event on stdout, from structlog and the standard library alike."""

import json
import logging
import warnings
from collections.abc import Callable
from typing import Any, Literal

import pytest
import structlog
from pydantic import SecretStr
from structlog.contextvars import bound_contextvars

from app.core.logging import StdoutHandler, configure_logging
from app.core.settings import Settings

Lines = Callable[[], list[dict[str, Any]]]
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


@pytest.fixture
def lines(capsysbinary: pytest.CaptureFixture[bytes]) -> Lines:
    """Return what was logged as JSON since the last call."""
    return lambda: [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]


def configure(log_format: Literal["json", "console"] = "json", log_level: Level = "INFO") -> None:
    configure_logging(Settings(environment="test", log_format=log_format, log_level=log_level))


def fail(message: str, *, variable: str = "") -> None:
    """Raise, with a variable that a traceback must not show."""
    raise ValueError(message)


def test_a_line_says_what_happened_where_and_when(lines: Lines) -> None:
    configure()
    with bound_contextvars(request_id="0197a3a26d2c7b6e"):
        structlog.get_logger("app.items").info("item_created", count=1)
    [line] = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "item_created",
        "level": "info",
        "logger": "app.items",
        "request_id": "0197a3a26d2c7b6e",
        "count": 1,
    }


def test_the_standard_library_is_logged_alike(lines: Lines) -> None:
    configure()
    with bound_contextvars(request_id="0197a3a26d2c7b6e"):
        logging.getLogger("uvicorn.error").info("connected to %s", "redis://:hunter2@cache", extra={"token": "hunter2"})
    [line] = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "connected to redis://[redacted]@cache",
        "level": "info",
        "logger": "uvicorn.error",
        "request_id": "0197a3a26d2c7b6e",
    }


def test_warnings_are_logged(lines: Lines) -> None:
    configure()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    [line] = lines()
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


@pytest.mark.parametrize("name", ["uvicorn.access", "aiosqlite", "sqlalchemy.engine", "httpx2"])
def test_libraries_do_not_log_values(name: str, lines: Lines) -> None:
    configure(log_level="DEBUG")
    logging.getLogger(name).info("GET /reset?code=123")
    logging.getLogger(name).debug("SELECT 'ada'")
    assert lines() == []


def test_uvicorn_sends_nothing_past_us(lines: Lines) -> None:
    own = logging.StreamHandler()
    logging.getLogger("uvicorn.error").addHandler(own)
    configure()
    assert own not in logging.getLogger("uvicorn.error").handlers


def test_tracebacks_are_logged_without_secrets_and_variables(lines: Lines) -> None:
    configure()
    try:
        fail("cannot use token=hunter2", variable=" ".join(["correct", "horse"]))
    except ValueError:
        structlog.get_logger("app").exception("failed")
        logging.getLogger("app").exception("failed too")
    first, second = lines()
    for line in (first, second):
        assert "Traceback" in line["exception"]
        assert "test_logging.py" in line["exception"]
        assert "ValueError: cannot use token=[redacted]" in line["exception"]
        assert "correct horse" not in str(line)
        assert "hunter2" not in str(line)


def test_secrets_stay_secret(lines: Lines, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for log_format in ("json", "console"):
        configure(log_format)
        structlog.get_logger("app").info("x", password="hunter2", url="a://b:hunter2@c", data=[SecretStr("hunter2")])
        logging.getLogger("app").warning("password=%s", "hunter2")
        written = capsysbinary.readouterr().out
        assert written.count(b"[redacted]") == 3
        assert b"hunter2" not in written


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_value_can_forge_a_line_or_a_colour(
    log_format: Literal["json", "console"], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    configure(log_format)
    evil = 'x\n{"event":"forged"}\r\x1b[2J\x85\u2028'
    structlog.get_logger("app").info(evil, value=evil, nested={"value": evil})
    logging.getLogger("app").warning(evil)
    written = capsysbinary.readouterr().out.decode()
    assert len(written.splitlines()) == 2
    assert "\x1b[2J" not in written


def test_no_exception_can_forge_a_line_on_the_console(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    configure("console")
    try:
        fail("x\n2026-11-23 [info] forged\x1b[2J")
    except ValueError:
        structlog.get_logger("app").exception("failed")
    written = capsysbinary.readouterr().out.decode()
    assert "\n    2026-11-23 [info] forged\\x1b[2J" in written


def test_whatever_is_logged_becomes_a_line(lines: Lines) -> None:
    configure()
    log = structlog.get_logger("app")
    log.info("strange", surrogate="\ud800", huge=10**40, number={1: 2}, unknown=object(), raw=b"\xff")
    log.info("strange too", unknown={"a": {object()}})
    [handler] = [handler for handler in logging.getLogger().handlers if isinstance(handler, StdoutHandler)]
    handler.handle(logging.LogRecord("app", logging.WARNING, "x.py", 1, "%d", ("hunter2",), None))
    strange, _, broken = lines()
    assert strange["surrogate"] == "\ud800"
    assert strange["huge"] == 10**40
    assert broken == {"event": "log_record_not_formatted", "logger": "app"}


def test_a_reader_that_went_away_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        class buffer:  # noqa: N801
            @staticmethod
            def write(_line: bytes) -> None:
                raise BrokenPipeError

    configure()
    monkeypatch.setattr("sys.stdout", Closed)
    structlog.get_logger("app").info("x")
    logging.getLogger("app").warning("x")


def test_configuring_twice_writes_each_line_once(lines: Lines) -> None:
    configure()
    bound_before = structlog.get_logger("app").bind()
    configure()
    bound_before.info("once")
    logging.getLogger("app").warning("once")
    assert [line["event"] for line in lines()] == ["once", "once"]
    assert sum(isinstance(handler, StdoutHandler) for handler in logging.getLogger().handlers) == 1


def test_lines_below_the_level_are_not_written(lines: Lines) -> None:
    configure(log_level="WARNING")
    structlog.get_logger("app").info("quiet")
    logging.getLogger("uvicorn.error").info("quiet")
    structlog.get_logger("app").warning("loud")
    assert [line["event"] for line in lines()] == ["loud"]

"""Logs: one line per event on stdout, JSON for machines or coloured for people, without secrets."""

import json
import logging
import sys
from contextlib import suppress

import orjson
import structlog
from structlog.processors import StackInfoRenderer, TimeStamper, add_log_level, format_exc_info
from structlog.stdlib import ProcessorFormatter, add_logger_name
from structlog.typing import EventDict, Processor, WrappedLogger

from app.core.redaction import redact, redact_text
from app.core.settings import Settings

#: Libraries that tell about the process. All others are heard from WARNING on: below that, drivers and clients
#: print statements with their values and requests with their headers.
TALKATIVE = ("uvicorn", "alembic")

#: Line breaks of Unicode, which JSON leaves as they are and many readers break lines at.
LINE_BREAKS = {0x85: r"\u0085", 0x2028: r"\u2028", 0x2029: r"\u2029"}

#: One list for the life of the process: loggers that are already bound see a new configuration too.
_processors: list[Processor] = []
_console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


def configure_logging(settings: Settings, *more: Processor) -> None:
    """Send structlog's and the standard library's logs to stdout in the same shape.

    `more` adds to every line. Calling it again replaces the configuration. A line costs 12 µs as JSON.
    """
    level = logging.getLevelNamesMapping()[settings.log_level]
    render: Processor = render_json if settings.logs_as_json else render_console
    collect: list[Processor] = [structlog.contextvars.merge_contextvars, *more, StackInfoRenderer(), format_exc_info]
    describe: list[Processor] = [add_log_level, add_logger_name, TimeStamper(fmt="iso", utc=True)]
    _processors[:] = [*collect, redact, *describe, render]
    structlog.configure(
        processors=_processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=StdoutLogger,
        cache_logger_on_first_use=False,  # a cached logger would keep the level of its first use
    )
    formatter = ProcessorFormatter(
        foreign_pre_chain=[*collect, *describe],
        processors=[ProcessorFormatter.remove_processors_meta, redact, render, _decode],
    )
    _route_standard_library(formatter, level)


class StdoutLogger:
    """The end of structlog's chain: writes rendered lines."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name

    def msg(self, line: bytes) -> None:
        """Write a line in one piece, so that threads and processes do not cut into each other's lines."""
        # When the reader is gone, requests must not fail for it. Looked up here, because tests replace stdout.
        with suppress(OSError, ValueError):
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()

    debug = info = warning = error = critical = msg


class StdoutHandler(logging.Handler):
    """The end of the standard library's chain: the same for its records."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record. One that cannot be formatted is named only: `handleError` would print its values."""
        try:
            line = self.format(record).encode(errors="backslashreplace")
        except Exception:  # noqa: BLE001 (whatever a library passed as arguments)
            line = render_json(None, "error", {"event": "log_record_not_formatted", "logger": record.name})
        StdoutLogger().msg(line)


def render_json(_logger: WrappedLogger, _method: str, event_dict: EventDict) -> bytes:
    """Render a line as JSON; what JSON does not know becomes its redacted `repr`."""
    try:
        line = orjson.dumps(event_dict, default=_represent, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # Lone surrogates and integers beyond 64 bits: clients can send both.
        return json.dumps(event_dict, default=_represent, separators=(",", ":"), skipkeys=True).encode()
    return line if line.isascii() else line.decode().translate(LINE_BREAKS).encode()


def render_console(logger: WrappedLogger, method: str, event_dict: EventDict) -> bytes:
    """Render a line for people. Control characters are escaped, so that no value can forge a line or a colour."""
    traceback = event_dict.pop("exception", None)
    for key, value in event_dict.items():
        if isinstance(value, str):
            event_dict[key] = _printable(value)
    if isinstance(traceback, str):
        event_dict["exception"] = "\n".join(f"    {_printable(line)}" for line in traceback.splitlines())
    return str(_console(logger, method, event_dict)).encode(errors="backslashreplace")


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _represent(value: object) -> str:
    return redact_text(repr(value))


def _decode(_logger: WrappedLogger, _method: str, line: object) -> str:
    # ProcessorFormatter insists on text.
    return line.decode() if isinstance(line, bytes) else str(line)


def _route_standard_library(formatter: logging.Formatter, level: int) -> None:
    handler = StdoutHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [known for known in root.handlers if not isinstance(known, StdoutHandler)] + [handler]
    root.setLevel(max(level, logging.WARNING))
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(level)
    # Uvicorn's own command has set up handlers before it loads the application.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        # Its access log prints query strings; ours is written by app.web.middleware.
        logger.propagate = name != "uvicorn.access"
    logging.captureWarnings(capture=True)

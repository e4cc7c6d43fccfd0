"""Gives `make dev`, `make test` and `make check` a broker: the one that answers, else one that compose starts.

Without arguments it speaks of `BROKER_URL`, with `--tests` of `TEST_BROKER_URL`, where that is set.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from app import DISTRIBUTION
from app.core.settings import load_settings
from app.tasks.broker import connect
from app.tasks.settings import DEVELOPMENT_URL, TaskSettings
from app.tasks.transport import TransportAway
from tools import compose

#: RabbitMQ takes its time to start.
START_SECONDS = 90


@dataclass(frozen=True)
class Broker:
    """Settings with an address, and the variable that people change to have another one."""

    settings: TaskSettings
    variable: str

    @property
    def place(self) -> str:
        """Where it is, without account and password."""
        return urlsplit(self.settings.url).netloc.rpartition("@")[2]

    def trouble(self) -> str:
        """Return why the broker cannot be used, or nothing."""
        return asyncio.run(_trouble(self.settings))


async def _trouble(settings: TaskSettings) -> str:
    transport = connect(settings, name=DISTRIBUTION)
    try:
        await transport.ping()
    except TransportAway as error:
        return str(error)
    finally:
        await transport.aclose()
    return ""


def main(arguments: Sequence[str]) -> int:
    """Return 0 when the broker can be used; else say in one line what to do, and return 1."""
    return compose.report(partial(prepare, for_tests="--tests" in arguments))


def prepare(*, for_tests: bool) -> None:
    """See to it that there is a broker.

    Raises:
        ConfigurationError, ComposeError: with what is to be done by hand.

    """
    broker = configured(for_tests=for_tests)
    if trouble := broker.trouble():
        where = urlsplit(broker.settings.url)
        nobody, reason = f"No broker answers at {broker.place}", f" ({trouble})"
        absence = compose.Absence(nobody, reason, "broker", where.hostname, where.port, broker.variable, START_SECONDS)
        # In production nothing is started for anybody.
        absence.end(lambda: not broker.trouble(), ours=for_tests or broker.settings.environment != "production")


def configured(*, for_tests: bool) -> Broker:
    """Return the broker of the environment, of `.env`, or the one of development."""
    if not for_tests:
        return Broker(load_settings(TaskSettings), "BROKER_URL")
    url = os.environ.get("TEST_BROKER_URL") or DEVELOPMENT_URL
    return Broker(TaskSettings.model_validate({"environment": "test", "broker_url": url}), "TEST_BROKER_URL")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

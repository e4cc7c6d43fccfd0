"""Gives `make dev`, `make test` and `make check` a Redis: the one that answers, else one that compose starts.

Without arguments it speaks of `REDIS_URL`, and does nothing when that is empty. With `--tests` it speaks of the one for
tests.
"""

import asyncio
import sys
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

from pydantic_settings import BaseSettings, SettingsConfigDict
from redis.exceptions import AuthenticationError, AuthorizationError, ResponseError

from app.core.redis import RedisAway, RedisClient, redis_pool
from app.core.redis_settings import DEVELOPMENT_REDIS_URL, RedisSettings
from app.core.settings import ConfigurationError, load_settings
from tools import compose

START_SECONDS = 30
#: What a server says that is there.
REFUSALS = (AuthenticationError, AuthorizationError, ResponseError)


class RedisOfTests(BaseSettings):
    """The Redis of the tests. They touch no keys but their own, and never read `REDIS_URL`."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    test_redis_url: str = DEVELOPMENT_REDIS_URL


def main(arguments: Sequence[str]) -> int:
    """Return 0 when Redis can be used; else say in one line what to do, and return 1."""
    return compose.report(partial(prepare, for_tests="--tests" in arguments))


def prepare(*, for_tests: bool) -> None:
    """See to it that there is a Redis.

    Raises:
        ConfigurationError, ComposeError: with what is to be done by hand.

    """
    variable = "TEST_REDIS_URL" if for_tests else "REDIS_URL"
    settings = settings_for_tests() if for_tests else load_settings(RedisSettings)
    if not settings.url or asyncio.run(answers(settings, variable)):
        return
    where = urlsplit(settings.url)
    nobody = f"No Redis answers at {settings.place}"
    absence = compose.Absence(nobody, "", "redis", where.hostname, where.port, variable, START_SECONDS)
    # In production nothing is started for anybody.
    absence.end(lambda: asyncio.run(answers(settings, variable)), ours=settings.environment != "production")


def settings_for_tests() -> RedisSettings:
    """Return the settings of the Redis of the tests.

    Raises:
        ConfigurationError: when TEST_REDIS_URL is no address.

    """
    try:
        return RedisSettings.model_validate({"environment": "test", "redis_url": RedisOfTests().test_redis_url})
    except ValueError:
        raise ConfigurationError(f"TEST_REDIS_URL: is not an address such as {DEVELOPMENT_REDIS_URL}") from None


async def answers(settings: RedisSettings, variable: str) -> bool:
    """Tell whether somebody answers.

    Raises:
        ConfigurationError: when it is somebody who does not let us in.

    """
    client = RedisClient(redis_pool(settings), prefix=settings.redis_prefix)
    try:
        await client.ping()
    except RedisAway as away:
        if isinstance(away.__cause__, REFUSALS):
            raise ConfigurationError(f"The Redis of {variable} ({settings.place}) refuses: {away.__cause__}.") from None
        return False
    finally:
        await client.aclose()
    return True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

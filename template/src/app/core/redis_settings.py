"""Settings of Redis."""

import re
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, field_validator
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError

from app import DISTRIBUTION
from app.core.hosts import asks_who_comes
from app.core.patterns import matching
from app.core.settings import EnvSettings

DEVELOPMENT_REDIS_URL = "redis://localhost:6379/0"
#: What an address may say beside host, account and number; time-outs are not the operator's.
OPTIONS = {"db", "ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile"}
Prefix = Annotated[
    str, matching(r"[A-Za-z0-9._-]{1,100}", "must be letters, digits, `.`, `_` and `-` only, such as orders-staging")
]


class RedisSettings(EnvSettings):
    """Redis."""

    redis_url: SecretStr = Field(
        default=SecretStr(""),
        description="The Redis that all replicas share: `redis://`, `rediss://` or `unix://`. Empty: every process has "
        "a memory of its own, which is refused in production.",
    )
    redis_prefix: Prefix = Field(
        default=DISTRIBUTION,
        description="What all keys begin with. Services and environments that share a Redis have one each.",
    )
    redis_pool_size: int = Field(
        default=20, ge=1, le=1000, description="Connections to Redis per worker process; more commands than that wait."
    )

    @field_validator("redis_url")
    @classmethod
    def _is_understood(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _is_redis(value.get_secret_value()):
            raise ValueError(f"is not an address of Redis such as {DEVELOPMENT_REDIS_URL}")
        return value

    def production_problems(self) -> Iterator[str]:
        """Yield what Redis must not be in production."""
        if not self.url:
            yield "REDIS_URL must name the Redis that all replicas share"
        elif not asks_who_comes(self.url):
            yield "REDIS_URL must have a password: who reaches Redis could lift limits, and change what is read from it"

    @property
    def url(self) -> str:
        """The address with its password; empty without Redis."""
        return self.redis_url.get_secret_value()

    @property
    def place(self) -> str:
        """Where it is, in words that may be shown."""
        parts = urlsplit(self.url)
        return parts.path if parts.scheme == "unix" else parts.netloc.rpartition("@")[2]


def _is_redis(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # What the client itself thinks of it; nothing is connected. A number that is none is 0 for it.
        pool = BlockingConnectionPool.from_url(url)
        pool.connection_class(**pool.connection_kwargs)
    except (RedisError, TypeError, ValueError):
        return False
    if not parse_qs(parts.query).keys() <= OPTIONS:
        return False
    if parts.scheme == "unix":
        return bool(parts.path)
    return bool(parts.hostname) and re.fullmatch(r"(/[0-9]*)?", parts.path, re.ASCII) is not None

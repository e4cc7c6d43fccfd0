"""Settings of Sentry."""

import re
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from app.core.patterns import matching
from app.core.settings import EnvSettings

#: https://PUBLIC_KEY@HOST/PROJECT; a path before the project's number where Sentry does not own the whole host.
DSN = re.compile(r"https?://[\w-]+(?::[\w-]+)?@(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?(?:/[\w.-]+)*/\d+")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
Deployment = Annotated[
    str, matching(r"[A-Za-z0-9._-]{0,64}", "must be at most 64 letters, digits, `.`, `_` and `-`, such as staging")
]


class SentrySettings(EnvSettings):
    """Errors to Sentry."""

    sentry_dsn: SecretStr = Field(
        default=SecretStr(""),
        description="Where errors are reported: `https://<key>@<host>/<number>`. Empty: nowhere, nothing is sent.",
    )
    sentry_environment: Deployment = Field(
        default="",
        description="What Sentry calls this deployment, such as `staging`. Empty: as `ENVIRONMENT`.",
    )

    @field_validator("sentry_dsn")
    @classmethod
    def _is_a_dsn(cls, value: SecretStr) -> SecretStr:
        dsn = value.get_secret_value()
        # A port that does not exist is found by looking at it.
        if dsn and (DSN.fullmatch(dsn) is None or not _has_a_port(dsn)):
            raise ValueError("must be as Sentry shows it: https://<key>@<host>/<number>")
        return value

    def production_problems(self) -> Iterator[str]:
        """Yield what reports must not be in production."""
        parts = urlsplit(self.sentry_dsn.get_secret_value())
        if parts.scheme == "http" and parts.hostname not in HERE:
            yield "SENTRY_DSN must begin with https://: what went wrong would cross the network unencrypted"


def _has_a_port(dsn: str) -> bool:
    try:
        return urlsplit(dsn).port != 0
    except ValueError:
        return False

"""What lives as long as the process. The only place that chooses adapters."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from app import DISTRIBUTION, TITLE
from app.core.database import Database
from app.core.dialect import DatabaseSettings, connect
from app.core.settings import ConfigurationError, EnvSettings, Settings, load_settings
from app.emails.mailer import Mailer
from app.emails.settings import MailSettings
from app.emails.smtp import build_mailer
from app.security.access_tokens import AccessTokens
from app.security.keys import KeySet
from app.security.password_policy import PasswordPolicy
from app.security.passwords import PasswordHasher
from app.security.settings import SecuritySettings
from app.security.throttle import Throttle
from app.tasks.in_process import InProcessRunner

#: Asks a part for an answer.
Check = Callable[[], Awaitable[None]]
GROUPS: tuple[type[EnvSettings], ...] = (Settings, DatabaseSettings, MailSettings, SecuritySettings)


@dataclass(frozen=True, slots=True)
class Resources:
    """Handed to every request, task and command; nothing of this is global."""

    settings: Settings
    security: SecuritySettings
    database: Database
    mailer: Mailer
    tasks: InProcessRunner
    keys: KeySet
    access_tokens: AccessTokens
    passwords: PasswordHasher
    password_policy: PasswordPolicy
    throttle: Throttle

    def checks(self) -> Mapping[str, Check]:
        """Return a check of every part that requests need; it raises when the part is away."""
        return {"database": self.database.ping}

    async def aclose(self, *, task_seconds: float | None = None) -> None:
        """Let running tasks finish, at most this long (default: SHUTDOWN_TIMEOUT_SECONDS), then close the database."""
        limit = self.settings.shutdown_timeout_seconds if task_seconds is None else task_seconds
        await self.tasks.drain(limit)
        self.passwords.close()
        await self.database.aclose()


def build_resources(
    settings: Settings,
    security: SecuritySettings,
    *,
    database: Database,
    mailer: Mailer,
    passwords: PasswordHasher | None = None,
) -> Resources:
    """Put the parts together; nothing is connected before it is used."""
    keys = KeySet.parse(security.jwt_keys.get_secret_value())
    return Resources(
        settings=settings,
        security=security,
        database=database,
        mailer=mailer,
        tasks=InProcessRunner(),
        keys=keys,
        access_tokens=AccessTokens(
            keys, issuer=settings.public_url, lifetime=timedelta(minutes=security.access_token_minutes)
        ),
        passwords=passwords
        or PasswordHasher(concurrency=security.password_hash_concurrency, queue=security.password_hash_queue),
        password_policy=PasswordPolicy(security.password_min_length, context=(TITLE, DISTRIBUTION)),
        throttle=Throttle(),
    )


def load_resources() -> Resources:
    """Put the parts together as the environment says.

    Raises:
        ConfigurationError: when it is incomplete or unsafe.

    """
    check_settings()
    return build_resources(
        load_settings(Settings),
        load_settings(SecuritySettings),
        database=Database(connect(load_settings(DatabaseSettings))),
        mailer=build_mailer(load_settings(MailSettings)),
    )


def check_settings() -> None:
    """Look at all settings.

    Raises:
        ConfigurationError: with all problems at once, one line each.

    """
    problems: list[str] = []
    for group in GROUPS:
        try:
            load_settings(group)
        except ConfigurationError as error:
            problems += str(error).splitlines()
    if problems:
        # A variable that is common to the groups is wrong in each of them.
        raise ConfigurationError("\n".join(dict.fromkeys(problems)))
    mail, security = load_settings(MailSettings), load_settings(SecuritySettings)
    if mail.environment == "production" and security.registration_mode == "verified" and not mail.sends_mail:
        raise ConfigurationError("SMTP_HOST is empty, but REGISTRATION_MODE=verified sends mails")

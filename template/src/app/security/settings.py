"""Settings of accounts."""

from typing import Annotated, Literal

from limits import parse
from pydantic import AfterValidator, Field

from app.core.settings import EnvSettings


def _rate(value: str) -> str:
    try:
        amount = parse(value).amount
    except ValueError:
        raise ValueError("must be a rate such as 30/minute") from None
    if amount < 1:
        raise ValueError("must let at least 1 through, such as 30/minute: 0 would refuse everybody")
    return value


#: How often something may happen, in a time: `30/minute`, `60/10minutes`.
Rate = Annotated[str, AfterValidator(_rate)]


class SecuritySettings(EnvSettings):
    """Accounts and limits."""

    registration_mode: Literal["open", "verified", "closed"] = Field(
        default="open",
        description="`open`: anybody, at once; `verified`: after a confirmation by mail, and nobody learns whether an "
        "address is known; `closed`: administrators only.",
    )
    password_min_length: int = Field(
        default=15, ge=8, le=64, description="Shortest password, in characters (NIST SP 800-63B-4 asks for 15)."
    )
    password_hash_concurrency: int = Field(
        default=1,
        ge=1,
        le=32,
        description="Passwords hashed at once per worker process; each takes one core and 19 MiB.",
    )
    password_hash_queue: int = Field(
        default=20, ge=1, le=1000, description="Hashes that may wait; past this a log-in gets 503 with Retry-After."
    )

    login_rate_per_address: Rate = Field(
        default="30/minute", description="Log-ins per client address (IPv6: per /64 network)."
    )
    login_rate_global: Rate = Field(default="600/minute", description="Log-ins over all addresses.")
    registration_rate_per_address: Rate = Field(
        default="30/minute", description="Registrations, and likewise requests for password resets, per client address."
    )
    mail_rate_per_account: Rate = Field(
        default="3/hour",
        description="Reset and verification mails per address, whether it has an account or not, and notices to one "
        "that nobody has confirmed.",
    )

    audit_retention_days: int = Field(
        default=365,
        ge=0,
        le=36500,
        description="Audit events that are older are deleted, in days; 0 keeps them for ever.",
    )

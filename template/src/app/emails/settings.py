"""Settings of outgoing mail."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from app.core.patterns import matching
from app.core.settings import EnvSettings

#: Submission with STARTTLS (RFC 6409), submission over TLS (RFC 8314), plain relay (RFC 5321).
DEFAULT_PORTS = {"starttls": 587, "tls": 465, "none": 25}
Address = Annotated[
    str,
    matching(
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[^\s@<>()\[\]\\,;:\"]+",
        "must be an address alone, without a name, such as service@example.com",
    ),
]
Host = Annotated[str, matching(r"[^\s/@]*", "must be the name of a server alone, such as smtp.example.com")]


class MailSettings(EnvSettings):
    """Outgoing mail."""

    mail_from: Address = Field(
        default="noreply@localhost",
        max_length=254,
        description="Address that mails come from; the service's name is shown with it.",
    )
    smtp_host: Host = Field(
        default="",
        description="Mail server. Empty: mails are printed in development and dropped, with a warning, in production.",
    )
    smtp_port: int | None = Field(
        default=None, ge=1, le=65535, description="Its port. Unset: 587 for `starttls`, 465 for `tls`, 25 for `none`."
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection is encrypted. `none` is for a relay on the same machine."
    )
    smtp_username: str = Field(default="", description="Account on the mail server, if it wants one.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password of that account.")
    smtp_timeout_seconds: float = Field(
        default=10, gt=0, le=300, description="A mail that is not handed over within this time counts as failed."
    )

    @model_validator(mode="after")
    def _credentials_are_complete(self) -> Self:
        if bool(self.smtp_username) != bool(self.smtp_password.get_secret_value()):
            raise ValueError("SMTP_USERNAME and SMTP_PASSWORD belong together; set both or neither")
        return self

    def production_problems(self) -> Iterator[str]:
        """Yield what outgoing mail must not be in production."""
        if self.smtp_security == "none" and self.smtp_host not in {"", "localhost", "127.0.0.1", "[::1]"}:
            yield "SMTP_SECURITY must be `starttls` or `tls`: mails with links would cross the network unencrypted"
        if self.sends_mail and "mail_from" not in self.model_fields_set:
            yield "MAIL_FROM must be an address that SMTP_HOST may send for"

    @property
    def sends_mail(self) -> bool:
        """Whether mail leaves the process: without a server, no mail can reach anybody."""
        return bool(self.smtp_host)

    @property
    def port(self) -> int:
        """The port to connect to."""
        return self.smtp_port or DEFAULT_PORTS[self.smtp_security]

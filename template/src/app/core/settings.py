"""Settings of the process, read from the environment and, in development, from `.env`."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.core.hosts import wrong_hosts, wrong_networks, wrong_origins
from app.core.patterns import matching

Environment = Literal["development", "test", "production"]
Item = TypeVar("Item")


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


#: A list written as `a,b,c`.
CommaListOf = Annotated[tuple[Item, ...], NoDecode, BeforeValidator(_split)]
CommaList = CommaListOf[str]
PublicUrl = Annotated[
    str, matching(r"https?://[^\s/?#@]+", "must be scheme and host without a path, such as https://api.example.com")
]


class ConfigurationError(Exception):
    """The environment is incomplete or unsafe; one line per problem, each naming its variable, never its value."""


class EnvSettings(BaseSettings):
    """Base of every group of settings: flat upper-case names, immutable, refusing what is unsafe in production."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    environment: Environment = Field(
        default="production",
        description="Where this runs. Anything unsafe is refused in `production`, which is also the default.",
    )

    def production_problems(self) -> Iterator[str]:
        """Yield what must not be so in production, each sentence beginning with the variable's name."""
        yield from ()

    @model_validator(mode="after")
    def _fail_closed(self) -> Self:
        if self.environment == "production" and (problems := list(self.production_problems())):
            raise ValueError("\n".join(problems))
        return self


class Settings(EnvSettings):
    """The process, HTTP and logs."""

    host: str = Field(default="127.0.0.1", description="Address that the server listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port that the server listens on.")
    web_concurrency: int = Field(default=1, ge=1, le=64, description="Number of worker processes.")
    public_url: PublicUrl = Field(
        default="http://localhost:8000",
        description="Where clients reach the service: scheme and host, no path. Mail links and tokens carry it.",
    )
    allowed_hosts: CommaList = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="Host names that the service answers to, comma-separated; `*.example.com` covers subdomains.",
    )
    cors_origins: CommaList = Field(
        default=(), description="Origins whose browsers may call the API, comma-separated. Empty turns CORS off."
    )
    trusted_proxies: CommaList = Field(
        default=(), description="Addresses of proxies whose X-Forwarded-* headers are believed, comma-separated."
    )
    docs_enabled: bool | None = Field(
        default=None, description="Serve /docs, /redoc and /openapi.json. Unset: everywhere but in production."
    )
    max_body_bytes: int = Field(default=1_048_576, ge=1024, description="Largest request body, in bytes.")
    request_timeout_seconds: float = Field(
        default=30, gt=0, le=600, description="A request that takes longer is ended with 503."
    )
    shutdown_delay_seconds: float = Field(
        default=5,
        ge=0,
        le=300,
        description="After SIGTERM the service still answers this long, but is not ready: load balancers move on.",
    )
    shutdown_timeout_seconds: int = Field(
        default=20, ge=1, le=600, description="Then running requests and tasks get this long to finish."
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged.")
    log_format: Literal["json", "console"] | None = Field(
        default=None, description="`json` for machines, `console` for people. Unset: console in development only."
    )

    def production_problems(self) -> Iterator[str]:
        """Yield what the process and HTTP must not be in production."""
        hosts_are_named = self.allowed_hosts and "allowed_hosts" in self.model_fields_set
        if not hosts_are_named or any(wrong_hosts(self.allowed_hosts)):
            yield "ALLOWED_HOSTS must name the hosts of the service; `*` and the default are refused in production"
        if any(wrong_origins(self.cors_origins)):
            yield "CORS_ORIGINS must name origins such as https://app.example.com; `*` is refused in production"
        if any(wrong_networks(self.trusted_proxies)):
            yield (
                "TRUSTED_PROXIES must name addresses, or networks such as 10.0.0.0/8 (10.0.0.1/8 has host bits); "
                "all of them would let clients choose their address"
            )
        if not self.public_url.startswith("https://"):
            yield "PUBLIC_URL must be the https:// address of the service in production"

    @property
    def serves_docs(self) -> bool:
        """Whether the API documentation is served."""
        return self.environment != "production" if self.docs_enabled is None else self.docs_enabled

    @property
    def logs_as_json(self) -> bool:
        """Whether log lines are JSON objects."""
        return self.environment != "development" if self.log_format is None else self.log_format == "json"


AnySettings = TypeVar("AnySettings", bound=EnvSettings)


def load_settings(group: type[AnySettings]) -> AnySettings:
    """Read a group of settings from the environment.

    Raises:
        ConfigurationError: naming each variable that is missing, malformed or unsafe, but no value.

    """
    try:
        return group()
    except ValidationError as error:
        raise ConfigurationError("\n".join(_describe(error))) from None
    except UnicodeDecodeError:
        raise ConfigurationError(".env cannot be read: it is not UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f".env cannot be read: {error.strerror}") from None


def _describe(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False):
        name = ".".join(map(str, problem["loc"][:1])).upper()
        text = problem["msg"].removeprefix("Value error, ")
        yield f"{name}: {text}" if name else text

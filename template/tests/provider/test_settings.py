"""Rule 7: fail closed on the configuration of the provider."""

import pytest

from app.core.settings import ConfigurationError, load_settings
from app.security.provider_settings import ProviderSettings

GOOD = {"OIDC_ISSUER": "https://login.example.com/", "OIDC_AUDIENCE": "https://api.example.com"}


def load(monkeypatch: pytest.MonkeyPatch, environment: str, **changes: str) -> ProviderSettings:
    """Read settings that are good but for the changes."""
    for name, value in {"ENVIRONMENT": environment, **GOOD, **changes}.items():
        monkeypatch.setenv(name, value)
    return load_settings(ProviderSettings)


def test_takes_an_issuer_to_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, "production").oidc_issuer == GOOD["OIDC_ISSUER"]


@pytest.mark.parametrize("environment", ["production", "development", "test"])
@pytest.mark.parametrize("name", GOOD)
def test_issuer_and_audience_have_no_default(monkeypatch: pytest.MonkeyPatch, environment: str, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: "):
        load(monkeypatch, environment, **{name: ""})


@pytest.mark.parametrize(
    "issuer",
    [
        "login.example.com",
        "http://login.example.com",
        "http://localhost.evil.example",
        "https://user:secret@login.example.com",
        "https://login.example.com?tenant=a",
        "https://login.example.com#a",
        "https://",
        "https://login.example.com:port",
        "ftp://login.example.com",
    ],
)
@pytest.mark.parametrize("environment", ["production", "development"])
def test_refuses_an_issuer_that_others_could_speak_for(
    monkeypatch: pytest.MonkeyPatch, environment: str, issuer: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"^OIDC_ISSUER: ") as refusal:
        load(monkeypatch, environment, OIDC_ISSUER=issuer)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("issuer", ["http://localhost:9000", "http://127.0.0.1:9000/realms/a", "http://[::1]:9000"])
def test_a_provider_on_this_machine_needs_no_encryption_outside_of_production(
    monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    assert load(monkeypatch, "development", OIDC_ISSUER=issuer).oidc_issuer == issuer
    with pytest.raises(ConfigurationError, match=r"^OIDC_ISSUER must be an https:// address in production"):
        load(monkeypatch, "production", OIDC_ISSUER=issuer)


@pytest.mark.parametrize("algorithm", ["HS256", "none", "None", "RS1", "ES256K", "", " "])
def test_refuses_algorithms_that_prove_nothing(monkeypatch: pytest.MonkeyPatch, algorithm: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^OIDC_ALGORITHMS: "):
        load(monkeypatch, "test", OIDC_ALGORITHMS=f",{algorithm} ," if not algorithm.strip() else f"RS256,{algorithm}")


@pytest.mark.parametrize("variable", ["OIDC_ALGORITHMS", "OIDC_TOKEN_TYPES", "OIDC_SCOPE_CLAIMS"])
def test_a_list_names_at_least_one(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{variable}: must name at least one$"):
        load(monkeypatch, "test", **{variable: ","})


def test_a_wrong_algorithm_is_one_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=r"^OIDC_ALGORITHMS: Input should be [^\n]*$"):
        load(monkeypatch, "test", OIDC_ALGORITHMS="HS256")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OIDC_LEEWAY_SECONDS", "121"),
        ("OIDC_TIMEOUT_SECONDS", "0"),
        ("OIDC_KEYS_MINUTES", "1441"),
        ("OIDC_STALE_KEYS_HOURS", "169"),
        ("OIDC_TOKEN_TYPES", ","),
        ("OIDC_SCOPE_CLAIMS", ","),
        ("OIDC_AUDIENCE", "two words"),
    ],
)
def test_settings_have_bounds(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{variable}: "):
        load(monkeypatch, "test", **{variable: value})

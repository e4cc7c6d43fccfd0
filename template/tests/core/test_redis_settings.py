"""`app.core.redis_settings`: the address of Redis."""

import pytest

from app import DISTRIBUTION
from app.core.redis_settings import RedisSettings
from app.core.settings import ConfigurationError, load_settings


def load(monkeypatch: pytest.MonkeyPatch, url: str, environment: str = "production") -> RedisSettings:
    """Load the settings with this address."""
    monkeypatch.setenv("REDIS_URL", url)
    monkeypatch.setenv("ENVIRONMENT", environment)
    return load_settings(RedisSettings)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://:hunter2@cache.example.com:6379/3", "cache.example.com:6379"),
        ("redis://me:hunt%40er2@cache.example.com", "cache.example.com"),
        ("rediss://:hunter2@[2001:db8::1]:6380/0", "[2001:db8::1]:6380"),
        ("rediss://cache.example.com?ssl_certfile=/run/secrets/client.pem", "cache.example.com"),
        ("rediss://:hunter2@cache.example.com?ssl_cert_reqs=none&db=2", "cache.example.com"),
        ("redis://localhost:6379/0", "localhost:6379"),
        ("unix:///run/redis.sock?db=1", "/run/redis.sock"),
    ],
)
def test_addresses_are_understood_and_their_place_can_be_shown(
    monkeypatch: pytest.MonkeyPatch, url: str, place: str
) -> None:
    settings = load(monkeypatch, url)
    assert (settings.url, settings.place) == (url, place)
    assert "hunt" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "hunter2",
        "redis://",
        "redis:///0",
        "http://:hunter2@cache.example.com",
        "redis://:hunter2@cache.example.com:99999",
        "redis://:hunter2@cache.example.com:port",
        "redis://:hunter2@cache.example.com/zero",
        "redis://:hunter2@cache.example.com?db=zero",
        "redis://:hunter2@cache.example.com?socket_timeout=60",
        "redis://:hunter2@cache.example.com?decode_responses=true",
        "redis://:hunter2@cache.example.com?ssl_cert_reqs=none",
        "rediss://:hunter2@cache.example.com?ssl_cert_reqs=perhaps",
        "unix://",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^REDIS_URL: is not an address of Redis such as [^\n]*$") as refusal:
        load(monkeypatch, url)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("url", ["redis://cache.example.com", "redis://me@10.0.0.7/0", "rediss://cache.example.com/0"])
def test_production_wants_a_password_from_whoever_comes_over_the_network(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"^REDIS_URL must have a password"):
        load(monkeypatch, url)
    assert load(monkeypatch, url, "development").url == url


def test_only_production_wants_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=r"^REDIS_URL must name the Redis that all replicas share$"):
        load(monkeypatch, "")
    assert load(monkeypatch, "", "development").url == ""


def test_keys_begin_with_the_name_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, "", "test").redis_prefix == DISTRIBUTION


@pytest.mark.parametrize("prefix", ["", "a b", "a*", "a:b", "x" * 101])
def test_a_prefix_is_one_plain_word(monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    monkeypatch.setenv("REDIS_PREFIX", prefix)
    if prefix:
        with pytest.raises(ConfigurationError, match="REDIS_PREFIX"):
            load(monkeypatch, "", "test")
    else:
        assert load(monkeypatch, "", "test").redis_prefix == DISTRIBUTION

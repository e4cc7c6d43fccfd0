"""The provider changes its keys while the service runs."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import httpx2
import pytest
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from tests.answers import problem
from tests.credentials import REFUSED
from tests.factories import People, Person
from tests.provider.clock import Clock
from tests.provider.forgery import claims_of
from tests.provider.server import DESCRIPTION, KEYS, Provider, public

URL = "/api/v1/users/me"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Return a provider of this test alone."""
    provider = Provider()
    yield provider
    provider.stop()


async def get_me(person: Person) -> int:
    """Return the status."""
    return (await person.client.get(URL)).status_code


async def test_asks_for_keys_when_the_first_token_comes_and_then_no_more(people: People, provider: Provider) -> None:
    first, second = await people.logged_in(), await people.logged_in()
    assert provider.asked[DESCRIPTION] == provider.asked[KEYS] == 0
    assert [await get_me(person) for person in (first, second, first)] == [200] * 3
    assert provider.asked[DESCRIPTION] == provider.asked[KEYS] == 1


async def test_a_new_key_is_found_by_the_first_token_that_names_it(
    people: People, provider: Provider, clock: Clock
) -> None:
    old = await people.logged_in()
    assert await get_me(old) == 200
    clock.forward(seconds=31)
    provider.rotate()
    new = await people.logged_in()
    # Tokens of the old key are good until they expire.
    assert [await get_me(person) for person in (new, old)] == [200, 200]
    assert provider.asked[KEYS] == 2


async def test_a_key_that_is_withdrawn_is_no_good_after_a_quarter_of_an_hour(
    people: People, provider: Provider, clock: Clock
) -> None:
    old = await people.logged_in()
    assert await get_me(old) == 200
    provider.rotate(keep=False)
    clock.forward(minutes=15, seconds=1)
    assert problem(await old.client.get(URL)) == REFUSED
    assert await get_me(await people.logged_in()) == 200


async def test_a_flood_of_unknown_keys_asks_the_provider_once_in_thirty_seconds(
    people: People, provider: Provider, clock: Clock
) -> None:
    person = await people.logged_in()
    assert await get_me(person) == 200
    asked: Counter[str] = provider.asked.copy()
    flood = people.create("flood")
    for number in range(50):
        flood.use(provider.sign({"sub": "flood"}, kid=f"unknown{number}"))
        assert problem(await flood.client.get(URL)) == REFUSED
    assert provider.asked == asked, "the keys are seconds old: there is nothing new to learn"
    for _ in range(3):
        clock.forward(seconds=31)
        for _ in range(5):
            assert problem(await flood.client.get(URL)) == REFUSED
    assert provider.asked[KEYS] == asked[KEYS] + 3
    assert await get_me(person) == 200


async def test_nobody_is_asked_for_what_could_not_be_a_token(client: httpx2.AsyncClient, provider: Provider) -> None:
    wrong, key = {"sub": "a"}, RSAKey.generate_key(2048)
    tokens = [provider.sign(wrong, typ="JWT"), provider.sign(wrong, kid=None), provider.sign(wrong, jku="https://a")]
    for token in (*tokens, provider.sign(wrong, key, alg="RS384", kid="a"), "x", "a.b.c", "x" * 8193):
        client.headers["Authorization"] = f"Bearer {token}"
        assert problem(await client.get(URL)) == REFUSED
    assert provider.asked == {}


async def test_many_requests_at_once_ask_once(people: People, provider: Provider) -> None:
    person = await people.logged_in()
    provider.seconds = 0.1
    assert await asyncio.gather(*(get_me(person) for _ in range(20))) == [200] * 20
    assert provider.asked[KEYS] == 1


async def test_one_request_waits_for_newer_keys_and_the_others_do_not(
    people: People, provider: Provider, clock: Clock
) -> None:
    person = await people.logged_in()
    assert await get_me(person) == 200
    clock.forward(minutes=16)
    provider.seconds = 0.3
    waiting = asyncio.create_task(get_me(person))
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(get_me(person), 0.4) == 200
    assert await waiting == 200
    assert provider.asked[KEYS] == 2


async def test_a_request_that_is_given_up_takes_nothing_from_the_others(people: People, provider: Provider) -> None:
    person = await people.logged_in()
    provider.seconds = 0.2
    impatient = asyncio.create_task(get_me(person))
    await asyncio.sleep(0.05)
    patient = asyncio.create_task(get_me(person))
    await asyncio.sleep(0.05)
    impatient.cancel()
    assert await patient == 200
    assert provider.asked[KEYS] == 1


async def test_a_key_set_may_hold_what_nobody_here_knows(people: People, provider: Provider) -> None:
    other = {"kty": "AKP", "alg": "ML-DSA-44", "kid": provider.signer.kid, "pub": "AAAA"}
    provider.published = [other, None, {}, {"kty": "RSA", "kid": "broken"}, public(provider.signer)]
    assert await get_me(await people.logged_in()) == 200


# RFC 9864 has newer names for its algorithms, which PyJWT does not know yet.
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048, auto_kid=True), "PS256"),
        (ECKey.generate_key("P-256", auto_kid=True), "ES256"),
        (OKPKey.generate_key("Ed25519", auto_kid=True), "EdDSA"),
    ],
    ids=["RSA-PSS", "ECDSA", "Ed25519"],
)
async def test_keys_may_be_of_any_kind_that_the_settings_allow(
    people: People, provider: Provider, key: Key, algorithm: str
) -> None:
    person = await people.logged_in()
    provider.published.append(public(key))
    person.use(provider.sign(claims_of(person), key, alg=algorithm))
    assert await get_me(person) == 200

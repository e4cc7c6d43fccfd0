"""`app.security.access_tokens`; forged tokens are tried over HTTP in test_rule_06."""

from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.clock import utc_now
from app.security.access_tokens import AccessTokens
from app.security.errors import InvalidToken
from app.security.keys import KeySet, SigningKey

EC, EDDSA = SigningKey.generate(), SigningKey("edwards", Ed25519PrivateKey.generate())


def tokens_with(*keys: SigningKey, issuer: str = "https://service.example") -> AccessTokens:
    """Return a signer that lives ten minutes."""
    return AccessTokens(KeySet(keys), issuer=issuer, lifetime=timedelta(minutes=10))


def issue(tokens: AccessTokens) -> str:
    """Return a token for somebody."""
    return tokens.issue(user_id=uuid4(), session_id=uuid4(), scope="a b")


@pytest.mark.parametrize("key", [EC, EDDSA], ids=["ES256", "EdDSA"])
def test_reads_what_it_issued(key: SigningKey) -> None:
    tokens, user_id, session_id = tokens_with(key), uuid4(), uuid4()
    claims = tokens.read(tokens.issue(user_id=user_id, session_id=session_id, scope=""))
    assert (claims.user_id, claims.session_id) == (user_id, session_id)
    assert abs(claims.expires - utc_now().timestamp() - 600) < 5


def test_the_first_key_signs_and_all_verify() -> None:
    token = issue(tokens_with(EDDSA, EC))
    assert jwt.get_unverified_header(token)["alg"] == "EdDSA"
    assert tokens_with(EC, EDDSA).read(token).expires
    with pytest.raises(InvalidToken):
        tokens_with(EC).read(token)


def test_a_remembered_token_expires_all_the_same() -> None:
    tokens = tokens_with(EC)
    token = issue(tokens)
    assert tokens.read(token) == tokens.read(token)
    with time_machine.travel(utc_now() + timedelta(minutes=9, seconds=58)):
        tokens.read(token)
    with time_machine.travel(utc_now() + timedelta(minutes=10)), pytest.raises(InvalidToken):
        tokens.read(token)


def test_a_refused_token_is_not_remembered() -> None:
    tokens = tokens_with(EC)
    with time_machine.travel(utc_now() + timedelta(hours=1)):
        token = issue(tokens)
    with pytest.raises(InvalidToken):
        tokens.read(token)
    with time_machine.travel(utc_now() + timedelta(hours=1, seconds=1)):
        tokens.read(token)


def test_another_service_with_the_same_key_is_another_audience() -> None:
    with pytest.raises(InvalidToken):
        tokens_with(EC, issuer="https://other.example").read(issue(tokens_with(EC)))


def test_the_algorithm_belongs_to_the_key() -> None:
    """A token of one key that names another one, of another algorithm."""
    claims = {"iss": "https://service.example", "aud": "https://service.example", "sub": str(uuid4())}
    claims |= {"sid": str(uuid4()), "jti": "1"}
    times = {"iat": utc_now(), "exp": utc_now() + timedelta(minutes=1)}
    headers = {"typ": "at+jwt", "kid": EC.kid}
    token = jwt.encode({**claims, **times}, EDDSA.private, algorithm="EdDSA", headers=headers)
    with pytest.raises(InvalidToken):
        tokens_with(EC, EDDSA).read(token)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é", "\ud800", "x" * 8193, "e30.e30.", "bnVsbA.e30."])
def test_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(InvalidToken):
        tokens_with(EC).read(token)


def test_a_token_of_8_kib_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = tokens_with(EC)
    monkeypatch.setattr(jwt, "get_unverified_header", lambda _: pytest.fail("parsed"))
    with pytest.raises(InvalidToken):
        tokens.read("x" * 8193)

"""`app.core.errors`, `app.core.principal`."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from app.core.clock import utc_now
from app.core.errors import AppError, NotFound, TooManyRequests, Unauthenticated
from app.core.principal import ANONYMOUS, SYSTEM, Principal, ReauthenticationRequired


def test_an_error_speaks_for_itself() -> None:
    assert str(NotFound()) == NotFound().detail == "Not found"
    assert str(NotFound("No such page")) == "No such page"
    assert NotFound.detail == "Not found"


def test_an_error_that_can_be_retried_says_when() -> None:
    assert (TooManyRequests().retry_after, TooManyRequests(retry_after=7).retry_after) == (1, 7)
    assert isinstance(TooManyRequests(), AppError)


def test_nobody_has_no_id() -> None:
    with pytest.raises(Unauthenticated):
        _ = ANONYMOUS.user_id
    somebody = uuid4()
    assert Principal(kind="user", id=somebody).user_id == somebody


def test_scopes_are_held_by_name() -> None:
    user = Principal(kind="user", scopes=frozenset({"items:read"}))
    assert (user.may("items:read"), user.may("items:write"), user.may("items")) == (True, False, False)
    assert not ANONYMOUS.may("items:read")
    assert SYSTEM.may("anything:at-all")


def test_a_recent_log_in_is_ten_minutes_old_at_the_most() -> None:
    user = Principal(kind="user", authenticated_at=utc_now())
    with time_machine.travel(utc_now() + timedelta(minutes=9, seconds=59)):
        user.require_recent_authentication()
    with time_machine.travel(utc_now() + timedelta(minutes=10, seconds=1)), pytest.raises(ReauthenticationRequired):
        user.require_recent_authentication()


def test_without_a_log_in_nothing_is_recent() -> None:
    with pytest.raises(ReauthenticationRequired):
        ANONYMOUS.require_recent_authentication()
    SYSTEM.require_recent_authentication()

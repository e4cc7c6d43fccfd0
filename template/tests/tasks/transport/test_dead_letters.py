"""Dead letters are kept until somebody takes them."""

from datetime import UTC, datetime, timedelta

from app.tasks.transport import Transport


async def test_dead_letters_stay_in_order_until_they_are_taken(transport: Transport) -> None:
    assert await transport.dead() == []
    for number in range(4):
        await transport.bury(b"\xff%d" % number, f"naïve {number}")
    letters = await transport.dead()
    assert [(letter.body, letter.reason) for letter in letters] == [
        (b"\xff%d" % number, f"naïve {number}") for number in range(4)
    ]
    assert all(abs(datetime.now(UTC) - letter.buried_at) < timedelta(minutes=1) for letter in letters)
    assert await transport.dead() == letters
    assert await transport.dead(limit=2) == letters[:2]
    assert (await transport.depth()).dead == 4

    assert await transport.take(letters[2].id) == letters[2]
    assert await transport.take(letters[2].id) is None
    assert [letter.id for letter in await transport.dead()] == [letters[index].id for index in (0, 1, 3)]
    assert (await transport.depth()).dead == 3


async def test_an_id_that_nobody_gave_takes_nothing(transport: Transport) -> None:
    await transport.bury(b"kept", "reason")
    for dead_id in ("", "0", "0-0", "-", "+", "99999999999999999999-1", "not an id", "\x00"):
        assert await transport.take(dead_id) is None
    assert len(await transport.dead()) == 1


async def test_looking_often_changes_nothing(transport: Transport) -> None:
    await transport.bury(b"kept", "reason")
    letters = await transport.dead()
    for _ in range(30):
        assert await transport.dead() == letters

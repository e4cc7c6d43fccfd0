"""`app.core.models`, `app.core.clock`."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import Dialect, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import StatementError

from app.audit.models import AuditModel
from app.core.clock import utc_now, uuid7
from app.core.models import Base, Id, UtcDateTime
from app.metadata import import_models
from app.resources import Resources

SUMMER = datetime(2026, 7, 1, 14, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
DIALECTS = [make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql+asyncpg", "mysql+asyncmy")]


@pytest.mark.parametrize("moment", [SUMMER, SUMMER.astimezone(UTC), utc_now()])
async def test_a_time_comes_back_aware_and_in_utc(resources: Resources, moment: datetime) -> None:
    async with resources.database.transaction() as session:
        session.add(AuditModel(event="test", created_at=moment))
    async with resources.database.transaction(read_only=True) as session:
        stored = await session.scalar(select(AuditModel.created_at))
    assert stored == moment
    assert stored is not None
    assert stored.utcoffset() == timedelta(0)


async def test_a_time_without_a_zone_is_a_bug(resources: Resources) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        async with resources.database.transaction() as session:
            session.add(AuditModel(event="test", created_at=datetime(2026, 7, 1)))  # noqa: DTZ001 - the point


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_every_engine_gets_utc(dialect: Dialect) -> None:
    bound = UtcDateTime().process_bind_param(SUMMER, dialect)
    assert bound is not None
    assert bound.replace(tzinfo=UTC) == SUMMER
    assert (bound.tzinfo is not None) == (dialect.name == "postgresql")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_nothing_stays_nothing(dialect: Dialect) -> None:
    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None


@pytest.mark.parametrize("stored", [SUMMER, SUMMER.astimezone(UTC).replace(tzinfo=None)])
def test_a_time_with_any_zone_or_none_is_handed_out_in_utc(stored: datetime) -> None:
    read = UtcDateTime().process_result_value(stored, DIALECTS[0])
    assert read is not None
    assert (read, read.tzinfo) == (SUMMER, UTC)


def test_mysql_keeps_microseconds() -> None:
    assert UtcDateTime().compile(dialect=DIALECTS[2]) == "DATETIME(6)"


async def test_times_sort_in_the_database_as_they_do_outside(resources: Resources) -> None:
    moments = [SUMMER + timedelta(microseconds=number) for number in (5, 1, 3)]
    async with resources.database.transaction() as session:
        session.add_all(AuditModel(event="test", created_at=moment) for moment in moments)
    async with resources.database.transaction(read_only=True) as session:
        stored = (await session.scalars(select(AuditModel.created_at).order_by(AuditModel.created_at))).all()
    assert list(stored) == sorted(moments)


def test_identifiers_sort_by_their_making() -> None:
    made = [uuid7() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {identifier.version for identifier in made} == {7}
    assert made == sorted(made)


async def test_an_identifier_comes_back_as_a_uuid(resources: Resources) -> None:
    actor = uuid7()
    async with resources.database.transaction() as session:
        session.add_all(AuditModel(event="test", actor_id=given) for given in (actor, actor, None))
    async with resources.database.transaction(read_only=True) as session:
        first, second, third = await session.scalars(select(AuditModel.actor_id).order_by(AuditModel.id))
    assert (first, second, third) == (actor, actor, None)
    assert isinstance(first, UUID)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_every_engine_reads_identifiers(dialect: Dialect) -> None:
    identifier = uuid7()
    read = Id().result_processor(dialect, None)
    stored = identifier if dialect.supports_native_uuid else identifier.hex
    assert (read(stored) if read else stored) == identifier
    # Those read lately are not parsed again.
    assert read is None or read(identifier.hex) is read(identifier.hex)


def test_now_is_aware_and_in_utc() -> None:
    assert utc_now().tzinfo is UTC


def test_constraints_have_predictable_names() -> None:
    import_models()
    names = {constraint.name for table in Base.metadata.tables.values() for constraint in table.constraints}
    assert names >= {"pk_users", "uq_users_email", "fk_auth_sessions_user_id_users"}
    assert None not in names


async def test_the_tables_are_those_of_the_migrations(resources: Resources) -> None:
    import_models()
    async with resources.database.transaction(read_only=True) as session:
        connection = await session.connection()
        found = set(await connection.run_sync(lambda connection: inspect(connection).get_table_names()))
    assert found - {"alembic_version"} == Base.metadata.tables.keys()

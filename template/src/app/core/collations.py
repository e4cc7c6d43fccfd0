"""How MySQL and MariaDB compare texts: each is the same as itself only."""

from sqlalchemy import Dialect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.settings import ConfigurationError

DATABASE = text("SELECT DATABASE(), @@collation_database")
#: Views have none.
TABLES = text(
    "SELECT table_name, table_collation FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_collation IS NOT NULL ORDER BY table_name"
)


def is_mariadb(dialect: Dialect) -> bool:
    """Tell MariaDB from MySQL, once something was asked of the server."""
    return bool(getattr(dialect, "is_mariadb", False))


def exact_collation(dialect: Dialect) -> str:
    """Return the one with which texts sort and compare as on every engine: by code points, all of them.

    With the common `utf8mb4_bin` a text would be the same with spaces behind it.
    """
    return "utf8mb4_nopad_bin" if is_mariadb(dialect) else "utf8mb4_0900_bin"


async def require_exact_collations(connection: AsyncConnection) -> None:
    """Refuse a database that takes different texts for the same, as a server does unless it is told otherwise.

    There `ádmin@example.com` finds the account of `admin@example.com`, with a limit of log-ins for each spelling.

    Raises:
        ConfigurationError: with the statement that helps for new tables, or the names of old ones.

    """
    database, collation = (await connection.execute(DATABASE)).one()
    wrong = [f"{name} ({found})" for name, found in await connection.execute(TABLES) if not _is_exact(found)]
    # Alembic would leave a transaction that it finds open to others.
    await connection.commit()
    if not _is_exact(collation):
        name = connection.dialect.identifier_preparer.quote_identifier(database)
        raise ConfigurationError(
            f"DATABASE_URL: the database has the collation {collation}, for which different texts are the same; change "
            f"that with: ALTER DATABASE {name} CHARACTER SET utf8mb4 COLLATE {exact_collation(connection.dialect)}"
        )
    if wrong:
        raise ConfigurationError(
            f"DATABASE_URL: tables have collations for which different texts are the same: {', '.join(wrong)}; "
            "docs/database.md says how to change that"
        )


def _is_exact(collation: str) -> bool:
    return collation.startswith("utf8mb4_") and collation.endswith("_bin")

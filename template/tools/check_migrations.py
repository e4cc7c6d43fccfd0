"""Proves the migrations on a scratch database: one head, up, nothing missing, down, up again."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from tools.scratch_database import scratch_database

ROOT = Path(__file__).resolve().parent.parent


def main(root: Path = ROOT) -> int:
    """Run every step and print one line for each; return 1 at the first that fails."""
    with scratch_database() as url:
        # Its own stdout: "No new upgrade operations detected" between our lines would be noise.
        config = Config(toml_file=root / "pyproject.toml", stdout=io.StringIO())
        config.attributes["database_url"] = url
        steps: list[tuple[str, Callable[[], object]]] = [
            ("no branches", lambda: require_one_head(config)),
            ("upgrade from nothing", lambda: command.upgrade(config, "head")),
            ("models and migrations agree", lambda: command.check(config)),
            ("downgrade to nothing", lambda: command.downgrade(config, "base")),
            ("upgrade again", lambda: command.upgrade(config, "head")),
        ]
        for name, step in steps:
            try:
                step()
            except (CommandError, SQLAlchemyError, NotImplementedError) as error:
                print(f"migrations: {name}: FAILED\n{error}", file=sys.stderr)
                return 1
            print(f"migrations: {name}: ok", flush=True)
    return 0


def require_one_head(config: Config) -> None:
    """Refuse branches, which two people make who write a migration at the same time."""
    heads = ScriptDirectory.from_config(config).get_heads()
    if len(heads) > 1:
        raise CommandError(f"Heads: {', '.join(heads)}. Let the younger one's `down_revision` name the older one.")


if __name__ == "__main__":
    raise SystemExit(main())

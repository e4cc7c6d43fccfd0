"""New migrations of the template follow the team's own."""

from pathlib import Path

import pytest

from tools import migration_chain

TEXT = '''"""Add {name}.

Revision: {name}
Revises: {follows}
"""

revision = "{name}"
down_revision{annotation} = {value}
branch_labels = None
'''


@pytest.fixture
def write(tmp_path: Path) -> "Write":
    """Return a function that writes migrations."""
    return Write(tmp_path)


class Write:
    """Writes a migration and returns its path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, *follows: str, annotation: str = "") -> Path:
        values = [f'"{name}"' for name in follows] or ["None"]
        value = values[0] if len(values) == 1 else f"({', '.join(values)})"
        path = self.folder / f"{name}.py"
        path.write_text(TEXT.format(name=name, follows=", ".join(follows), annotation=annotation, value=value))
        return path


def follows(path: Path) -> tuple[str, ...]:
    migration = migration_chain.read(path)
    assert migration is not None
    return migration.follows


def test_a_new_one_comes_last(write: Write) -> None:
    present = [write("0001"), write("0002", "0001"), write("team", "0002")]
    new = write("0003", "0002")
    assert migration_chain.append([new], present) == ["0003.py follows team; `make migrate` applies it."]
    assert new.read_text() == TEXT.format(name="0003", follows="team", annotation="", value='"team"')


def test_several_keep_their_order(write: Write) -> None:
    present = [write("0001"), write("team", "0001")]
    new = [write("0003", "0001"), write("0002", "0001"), write("0004", "0003")]
    migration_chain.append(new, present)
    assert [follows(write.folder / f"{name}.py") for name in ("0002", "0003", "0004")] == [
        ("team",),
        ("0002",),
        ("0003",),
    ]


def test_a_type_in_the_line_stays(write: Write) -> None:
    new = write("0002", "0001", annotation=": str | None")
    migration_chain.append([new], [write("0001"), write("team", "0001")])
    assert 'down_revision: str | None = "team"\n' in new.read_text()


def test_one_that_fits_already_is_not_written(write: Write) -> None:
    new = write("0002", "0001")
    before = new.stat().st_mtime_ns
    migration_chain.append([new], [write("0001")])
    assert new.stat().st_mtime_ns == before


def test_a_merge_of_branches_is_one_head(write: Write) -> None:
    present = [write("0001"), write("a", "0001"), write("b", "0001"), write("merged", "a", "b")]
    new = write("0002", "0001")
    migration_chain.append([new], present)
    assert follows(new) == ("merged",)


def test_branches_of_the_team_are_its_own_business(write: Write) -> None:
    new = write("0002", "0001")
    assert migration_chain.append([new], [write("0001"), write("a", "0001"), write("b", "0001")]) == []
    assert follows(new) == ("0001",)


def test_what_is_no_migration_is_left_alone(write: Write) -> None:
    other = write.folder / "__init__.py"
    other.write_text("revision: str\n")
    assert migration_chain.read(other) is None
    assert migration_chain.append([other], [write("0001")]) == []

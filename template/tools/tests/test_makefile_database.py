"""The commands of the Makefile that are about the database."""

import re
from pathlib import Path

from tools.tests.playing_uv import make


def test_dev_migrates_before_it_serves(folder: Path) -> None:
    shown = make(folder, "--silent", "dev").stdout

    assert 0 < shown.index("[run][app][migrate]") < shown.index("[run][app][serve]")


def test_check_shows_what_it_does_with_the_migrations(folder: Path) -> None:
    shown = make(folder, "check").stdout

    assert re.search(r"^uv run .*check_migrations", shown, re.MULTILINE)
    assert re.search(r"^uv run deptry .*migrations", shown, re.MULTILINE)


def test_a_message_reaches_alembic_as_it_was_typed(folder: Path) -> None:
    done = make(folder, "--silent", "migration", "m=add \"new\" & 'old' $$HOME; rm x")

    assert "[add \"new\" & 'old' $HOME; rm x]" in done.stdout


def test_a_migration_without_a_name_is_refused_with_the_sentence_that_helps(folder: Path) -> None:
    done = make(folder, "--silent", "migration")

    assert done.returncode != 0
    assert 'm="add invoices"' in done.stderr


def test_a_migration_that_cannot_be_written_says_what_may_be_missing(folder: Path) -> None:
    failing = folder / "failing"
    failing.write_text('#!/bin/sh\ntest "$1" = --version && echo "uv 99.0.0" && exit\nexit 255\n')
    failing.chmod(0o755)
    done = make(folder, "--silent", "migration", "m=add invoices", f"UV={failing}")

    assert done.returncode != 0
    assert "`make migrate`" in done.stderr

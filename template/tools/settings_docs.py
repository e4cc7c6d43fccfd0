"""Writes `.env.example` and `docs/configuration.md` from the settings classes; `--check` only compares."""

import re
import sys
import textwrap
from pathlib import Path

from tools.settings_table import Setting, SettingsGroup, read_groups

ROOT = Path(__file__).resolve().parent.parent

ENV_HEAD = """\
# Every setting with its default, written by `make format` from the settings classes: change it there.
# `make dev` writes a .env of your own with fresh secrets. Remove the # in front of what you set.
"""
DOCS_HEAD = """\
# Configuration

Settings are environment variables; in development they are also read from `.env`, which `make dev` writes with fresh
secrets. `uv run app check --deploy` says what production would refuse. This page is written by `make format` from the
settings classes: change it there.
"""
TABLE_HEAD = "| name | value | default | meaning |\n|---|---|---|---|\n"


def main(options: list[str], root: Path = ROOT) -> int:
    """Write both files, or with `--check` name the settings that are not as documented and return 1."""
    groups = read_groups()
    wanted = {root / ".env.example": env_example(groups), root / "docs" / "configuration.md": configuration(groups)}
    if options == ["--check"]:
        wrong = [line for path, text in wanted.items() for line in differences(path, text, groups)]
        print("".join(f"{line}\n" for line in wrong), end="", file=sys.stderr)
        return 1 if wrong else 0
    for path, text in wanted.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def differences(path: Path, text: str, groups: list[SettingsGroup]) -> list[str]:
    """Return one line when the file at `path` is not `text`, with the names of the settings that differ."""
    found = path.read_text(encoding="utf-8") if path.is_file() else ""
    if found == text:
        return []
    settings = [setting for group in groups for setting in group.settings]
    names = [each.name for each in settings if env_block(each) not in found and table_row(each) not in found]
    names += sorted(documented_names(found) - {each.name for each in settings})
    return [f"{path.name} differs: {', '.join(names) or 'its text'}. Run `make format`."]


def documented_names(text: str) -> set[str]:
    """Return the names that a file of ours documents."""
    return set(re.findall(r"^(?:#|\| `)([A-Z][A-Z0-9_]*)(?==|`)", text, re.MULTILINE))


def env_example(groups: list[SettingsGroup]) -> str:
    """Return the text of `.env.example`."""
    parts = [ENV_HEAD]
    for group in groups:
        parts.append(f"\n# {group.title}\n")
        parts += [env_block(setting) for setting in group.settings]
    return "".join(parts)


def env_block(setting: Setting) -> str:
    """Return the lines of one setting in `.env.example`."""
    facts = f"{setting.kind}; required" if setting.required else setting.kind
    comment = textwrap.fill(
        f"{setting.meaning} ({facts})", 110, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )
    return f"\n{comment}\n#{setting.name}={setting.default}\n"


def configuration(groups: list[SettingsGroup]) -> str:
    """Return the text of `docs/configuration.md`."""
    parts = [DOCS_HEAD]
    for group in groups:
        parts.append(f"\n## {group.title.removesuffix('.')}\n\n{TABLE_HEAD}")
        parts += [table_row(setting) for setting in group.settings]
    return "".join(parts)


def table_row(setting: Setting) -> str:
    """Return the row of one setting in the table of its group."""
    without = "required" if setting.required else "unset"
    default = f"`{setting.default}`" if setting.default else without
    meaning = setting.meaning.replace("|", "\\|")
    return f"| `{setting.name}` | {setting.kind} | {default} | {meaning} |\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

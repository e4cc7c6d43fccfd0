"""The documentation of the settings is what the settings classes say."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr

from app.core.settings import EnvSettings
from app.resources import GROUPS
from tools import settings_docs
from tools.settings_table import Setting, SettingsGroup, describe, read_groups

GROUP = SettingsGroup("Mail.", [Setting("SMTP_HOST", "text", "localhost", required=False, meaning="Where to.")])


def test_the_committed_files_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    code = settings_docs.main(["--check"])

    assert capsys.readouterr().err == ""
    assert code == 0


def test_every_setting_is_documented_once() -> None:
    names = [setting.name for group in read_groups() for setting in group.settings]

    assert len(names) == len(set(names))
    assert {name.upper() for group in GROUPS for name in group.model_fields} == set(names)
    assert {"ENVIRONMENT", "PORT", "SMTP_HOST"} <= set(names)


@pytest.fixture
def documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Document one group of settings in a folder."""
    monkeypatch.setattr(settings_docs, "read_groups", lambda: [GROUP])
    assert settings_docs.main([], tmp_path) == 0
    assert settings_docs.main(["--check"], tmp_path) == 0
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    [
        Setting("SMTP_HOST", "text", "example.com", required=False, meaning="Where to."),
        Setting("SMTP_HOST", "text", "localhost", required=False, meaning="Elsewhere."),
        Setting("SMTP_HOST", "secret", "localhost", required=False, meaning="Where to."),
        Setting("SMTP_SERVER", "text", "localhost", required=False, meaning="Where to."),
    ],
)
def test_a_change_is_named_until_the_files_are_written_again(
    documented: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], changed: Setting
) -> None:
    monkeypatch.setattr(settings_docs, "read_groups", lambda: [SettingsGroup("Mail.", [changed])])

    assert settings_docs.main(["--check"], documented) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" differs: ")[0] for line in lines] == [".env.example", "configuration.md"]
    assert all(changed.name in line for line in lines)

    assert settings_docs.main([], documented) == 0
    assert settings_docs.main(["--check"], documented) == 0


def test_a_setting_that_is_gone_is_named(
    documented: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings_docs, "read_groups", list)

    assert settings_docs.main(["--check"], documented) == 1
    assert capsys.readouterr().err.count("SMTP_HOST") == 2


def test_a_missing_file_is_a_difference(documented: Path) -> None:
    (documented / ".env.example").unlink()

    assert settings_docs.main(["--check"], documented) == 1


class Sample(EnvSettings):
    """A sample."""

    number: int = Field(default=3, ge=1, le=9, description="A number.")
    seconds: float = Field(default=2, gt=0, le=60, description="A time.")
    least: int = Field(default=1024, ge=1, description="A size.")
    choice: Literal["one", "two"] = Field(default="one", description="A choice.")
    flag: bool | None = Field(default=None, description="A flag.")
    names: tuple[str, ...] = Field(default=("a", "b"), description="Names.")
    secret: SecretStr = Field(default=SecretStr(""), validate_default=True, description="A secret.")
    needed: str = Field(description="Needed.")


@pytest.mark.parametrize(
    ("name", "kind", "default", "required"),
    [
        ("number", "whole number 1 to 9", "3", False),
        ("seconds", "number > 0, ≤ 60", "2", False),
        ("least", "whole number ≥ 1", "1024", False),
        ("choice", "`one`, `two`", "one", False),
        ("flag", "`true`, `false`", "", False),
        ("names", "list", "a,b", False),
        ("secret", "secret", "", True),
        ("needed", "text", "", True),
    ],
)
def test_a_field_is_told_in_words(name: str, kind: str, default: str, *, required: bool) -> None:
    setting = describe(name, Sample.model_fields[name])

    assert (setting.name, setting.kind, setting.default) == (name.upper(), kind, default)
    assert setting.required is required


def test_a_field_without_a_description_is_refused() -> None:
    class Silent(EnvSettings):
        silent: str = ""

    with pytest.raises(ValueError, match="SILENT has no description"):
        describe("silent", Silent.model_fields["silent"])

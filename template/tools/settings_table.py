"""Reads what the settings classes say about themselves."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

import app
from app.core.settings import EnvSettings

WORDS: dict[object, str] = {
    bool: "`true`, `false`",
    int: "whole number",
    float: "number",
    SecretStr: "secret",
}


@dataclass(frozen=True)
class Setting:
    """One environment variable, in words."""

    name: str
    kind: str
    default: str
    required: bool
    meaning: str


@dataclass(frozen=True)
class SettingsGroup:
    """The settings of one class, in the order of their declaration."""

    title: str
    settings: list[Setting]


def read_groups() -> list[SettingsGroup]:
    """Return every group of settings in `app`: those of the core first, then by package."""
    source = Path(app.__path__[0])
    importlib.import_module("app.resources")
    for path in source.rglob("settings.py"):
        importlib.import_module(".".join(["app", *path.relative_to(source).with_suffix("").parts]))
    classes = sorted(subclasses(EnvSettings), key=lambda cls: (cls.__module__ != "app.core.settings", cls.__module__))
    seen: set[str] = set()
    groups = []
    for group in classes:
        # What the base declares is told once, with the first group.
        fields = {name: field for name, field in group.model_fields.items() if name not in seen}
        seen |= fields.keys()
        if not fields:
            continue
        title = (group.__doc__ or group.__name__).strip().splitlines()[0]
        groups.append(SettingsGroup(title, [describe(name, field) for name, field in fields.items()]))
    return groups


def subclasses(group: type[EnvSettings]) -> Iterator[type[EnvSettings]]:
    """Yield every class of the service that settings are read with; bases, and the classes of tests, are none of it."""
    for child in group.__subclasses__():
        below = list(subclasses(child))
        if child.__module__.startswith("app.") and not below:
            yield child
        yield from below


def describe(name: str, field: FieldInfo) -> Setting:
    """Return one field in words.

    Raises:
        ValueError: when the field has no description.

    """
    if not field.description:
        raise ValueError(f"{name.upper()} has no description")
    default = "" if field.is_required() else in_environment(field.default)
    return Setting(
        name=name.upper(),
        kind=kind_of(field.annotation, field.metadata),
        default=default,
        # A default that is checked and empty is there to be refused with a sentence of its own.
        required=field.is_required() or (field.validate_default is True and not default),
        meaning=" ".join(field.description.split()),
    )


def in_environment(value: object) -> str:
    """Return a value as one would write it in the environment."""
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)


def kind_of(annotation: object, metadata: list[object]) -> str:
    """Return the values that a type takes, in words."""
    if get_origin(annotation) in {Union, UnionType}:
        return kind_of(next(arg for arg in get_args(annotation) if arg is not NoneType), metadata)
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    if get_origin(annotation) is tuple:
        return "list"
    return f"{WORDS.get(annotation, 'text')}{bounds(metadata)}"


def bounds(metadata: list[object]) -> str:
    """Return the limits of a number, beginning with a space, or nothing."""
    # By attribute: the classes (Ge, Gt, Le) belong to a library that only Pydantic depends on.
    least, above, most = (limit_in(metadata, name) for name in ("ge", "gt", "le"))
    if least is not None and most is not None:
        return f" {least} to {most}"
    limits = [f"{sign} {limit}" for sign, limit in ((">", above), ("≥", least), ("≤", most)) if limit is not None]
    return " " + ", ".join(limits) if limits else ""


def limit_in(metadata: list[object], name: str) -> object:
    """Return one limit of a number, or None."""
    return next((getattr(limit, name) for limit in metadata if hasattr(limit, name)), None)

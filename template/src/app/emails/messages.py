"""The words of every mail: text files in `templates/`, subject in the first line."""

from datetime import timedelta
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal, get_args

from app import TITLE
from app.emails.mailer import Mail

MessageName = Literal[
    "email_verification",
    "registration_confirmation",
    "registration_existing",
    "email_change",
    "email_change_notice",
    "password_reset",
    "password_changed",
    "session_revoked",
]
MESSAGE_NAMES: tuple[MessageName, ...] = get_args(MessageName)


def render(name: MessageName, to: str, **values: str | timedelta) -> Mail:
    """Return the mail `name` to the address `to`; `$project_name` is always known, durations are written in words.

    Links are built by the caller from PUBLIC_URL. Give no value that a stranger typed, such as a name: whoever
    registers somebody else's address would write the text of a mail that we send.

    Raises:
        TypeError: when the template wants other values than these.

    """
    template = _template(name)
    words = {key: in_words(value) if isinstance(value, timedelta) else value for key, value in values.items()}
    words["project_name"] = TITLE
    if wrong := words.keys() ^ {*template.get_identifiers(), "project_name"}:
        raise TypeError(f"{name}: missing or unknown values: {', '.join(sorted(wrong))}")
    subject, _, text = template.substitute(words).partition("\n")
    return Mail(to=to, subject=subject, text=text.lstrip("\n"))


def in_words(duration: timedelta) -> str:
    """Return a duration as people say it, to the minute: 90 minutes, 24 hours, 30 days."""
    minutes = round(duration.total_seconds() / 60)
    if minutes % (24 * 60) == 0 and minutes > 24 * 60:
        return f"{minutes // (24 * 60)} days"
    if minutes % 60 == 0:
        return _count(minutes // 60, "hour")
    return _count(minutes, "minute")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


@cache
def _template(name: MessageName) -> Template:
    return Template((files(__package__) / "templates" / f"{name}.txt").read_text(encoding="utf-8"))

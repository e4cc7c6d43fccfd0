"""What the mails say."""

from datetime import timedelta
from importlib.resources import files
from string import Template

import pytest

from app import TITLE
from app.emails.messages import MESSAGE_NAMES, MessageName, in_words, render

LINK = "https://api.example.com/confirm?token=0123456789"
WITH_LINK: set[MessageName] = {"email_verification", "registration_confirmation", "email_change", "password_reset"}


def values_of(name: MessageName) -> dict[str, str | timedelta]:
    """Return the values that this mail takes."""
    return {"link": LINK, "lifetime": timedelta(minutes=30)} if name in WITH_LINK else {}


@pytest.mark.parametrize("name", MESSAGE_NAMES)
def test_every_mail_is_complete_and_readable_as_plain_text(name: MessageName) -> None:
    mail = render(name, "ada@example.org", **values_of(name))

    assert mail.to == "ada@example.org"
    assert TITLE in mail.subject
    assert mail.subject == mail.subject.strip() != ""
    assert mail.text.startswith("Hello,\n")
    assert mail.text.endswith(".\n")
    assert "$" not in mail.subject + mail.text
    assert max(map(len, mail.text.splitlines())) < 80 + len(TITLE)


@pytest.mark.parametrize("name", sorted(WITH_LINK))
def test_a_link_stands_alone_on_its_line_and_says_how_long_it_lives(name: MessageName) -> None:
    mail = render(name, "ada@example.org", **values_of(name))

    assert LINK in mail.text.splitlines()
    assert "within 30 minutes" in mail.text.replace("\n", " ")


@pytest.mark.parametrize("name", MESSAGE_NAMES)
def test_every_mail_says_what_to_do_if_it_was_somebody_else(name: MessageName) -> None:
    text = render(name, "ada@example.org", **values_of(name)).text

    assert any(words in text for words in ("did not", "have no such", "was not you", "have a doubt"))


def test_every_template_has_a_name_and_every_name_a_template() -> None:
    names = {path.name.removesuffix(".txt") for path in (files("app.emails") / "templates").iterdir()}

    assert names == set(MESSAGE_NAMES)


@pytest.mark.parametrize("name", MESSAGE_NAMES)
def test_no_mail_has_room_for_words_of_a_stranger(name: MessageName) -> None:
    source = (files("app.emails") / "templates" / f"{name}.txt").read_text(encoding="utf-8")

    assert set(Template(source).get_identifiers()) <= {"project_name", "link", "lifetime"}


def test_refuses_missing_and_unknown_values() -> None:
    with pytest.raises(TypeError, match="lifetime, link"):
        render("password_reset", "ada@example.org")
    with pytest.raises(TypeError, match="full_name"):
        render("password_changed", "ada@example.org", full_name="Ada")


def test_a_value_is_not_a_template_itself() -> None:
    mail = render("password_reset", "ada@example.org", link="https://example.com/$lifetime", lifetime="1 hour")

    assert "https://example.com/$lifetime" in mail.text


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(seconds=119), "2 minutes"),
    ],
)
def test_durations_are_said_in_words(duration: timedelta, words: str) -> None:
    assert in_words(duration) == words

"""A name in each of its forms."""

import re

import pytest

from tools.resource.names import Name, parse_name


@pytest.mark.parametrize(
    ("plural", "singular", "article"),
    [
        ("invoices", "invoice", "an invoice"),
        ("customers", "customer", "a customer"),
        ("line_items", "line_item", "a line item"),
        ("categories", "category", "a category"),
        ("addresses", "address", "an address"),
        ("statuses", "status", "a status"),
        ("boxes", "box", "a box"),
        ("dishes", "dish", "a dish"),
        ("units", "unit", "a unit"),
        ("uploads", "upload", "an upload"),
        ("events", "event", "an event"),
        ("people:person", "person", "a person"),
        ("houses", "house", "a house"),
    ],
)
def test_names_are_said_in_english(plural: str, singular: str, article: str) -> None:
    name = parse_name(plural)

    assert (name.singular, name.a) == (singular, article)


def test_a_name_has_a_form_for_each_place() -> None:
    name = Name("line_items", "line_item")

    assert (name.pascal, name.path, name.code) == ("LineItem", "line-items", "line-item")
    assert (name.one, name.many) == ("line item", "line items")
    assert re.fullmatch(r"[a-z-]+", name.path)

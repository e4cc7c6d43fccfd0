"""Texts that settings hold in a form of their own."""

import re

from pydantic import AfterValidator


def matching(pattern: str, rule: str) -> AfterValidator:
    """Return a check that the whole text has this form; its error is the rule in words, not the pattern."""
    form = re.compile(pattern)

    def check(value: str) -> str:
        if form.fullmatch(value) is None:
            raise ValueError(rule)
        return value

    return AfterValidator(check)

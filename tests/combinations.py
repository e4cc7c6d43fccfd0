"""The answer sets that the tests render."""

Answers = dict[str, object]

DEFAULT: Answers = {}

# As little as the template gives.
MINIMAL: Answers = {"example": False, "ci": "none"}

# Every value that is no default, once, with everything else at its default.
FLIPS: dict[str, Answers] = {
    "license=mit": {"license": "mit"},
    "license=apache-2.0": {"license": "apache-2.0"},
    "license=bsd-3-clause": {"license": "bsd-3-clause"},
    "example=false": {"example": False},
    "ci=gitlab": {"ci": "gitlab"},
    "ci=none": {"ci": "none"},
}

# Answers that are good and that careless quoting would break.
AWKWARD: Answers = {
    "project_name": "Café Ünïon & 日本 (v2.0), a+b",
    "description": "It's C#: fast & small; #1 \N{EN DASH} “yes”! [a](b) *x* @home = 100 ~ Привет, мир".ljust(100, "."),
    "author_name": "Seán O'Brien: the team",
    "author_email": "sean.o-brien+team@example.co.uk",
    "license": "mit",
}

COMBINATIONS: dict[str, Answers] = {"default": DEFAULT, "minimal": MINIMAL, "awkward": AWKWARD, **FLIPS}

# The variants whose own checks and tests run in `make test`; `make test-all` runs those of all of them.
RUN: dict[str, Answers] = {"default": DEFAULT, "minimal": MINIMAL}

"""`make resource`: writes a new domain in the shape of the others, with its tests and its migration.

What it writes lies in `templates/` and is yours to change; `fields.py` holds the kinds of fields.
"""


class Refused(Exception):
    """Nothing was written; the text says why, in one line."""

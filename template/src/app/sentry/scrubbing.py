"""What leaves for Sentry: a list of what may, everything else stays here."""

from collections.abc import Mapping
from typing import Any

from app.core.redaction import redact_text

#: An event is copied along this list, so that what a new version of the SDK collects is not sent unseen. The keys of a
#: mapping are names; a list stands for any number of such things; None is a plain value.
ALLOWED: dict[str, Any] = {
    **dict.fromkeys(("event_id", "timestamp", "level", "platform", "release", "environment", "transaction")),
    "transaction_info": {"source": None},
    "tags": dict.fromkeys(("request_id", "method", "task", "job")),
    "user": {"id": None},
    "sdk": {"name": None, "version": None},
    "exception": {
        "values": [
            {
                **dict.fromkeys(("type", "module", "value")),
                "mechanism": dict.fromkeys(
                    ("type", "handled", "source", "exception_id", "parent_id", "is_exception_group")
                ),
                "stacktrace": {
                    "frames": [
                        {
                            **dict.fromkeys(("filename", "function", "module", "lineno", "in_app", "context_line")),
                            "pre_context": [None],
                            "post_context": [None],
                        }
                    ]
                },
            }
        ]
    },
}
#: Where the exceptions come from whose texts are sent: Python itself, which has no module here, and the service.
OURS = frozenset({None, "app"})
#: Characters of such a text.
LONGEST_TEXT = 300
ELSEWHERE = "(the log has the text)"


def scrub(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an event may leave; texts lose what looks like a credential."""
    kept: dict[str, Any] = _copy(event, ALLOWED)
    for exception in kept.get("exception", {}).get("values", []):
        if text := exception.get("value"):
            exception["value"] = _first_line(text) if _package_of(exception) in OURS else ELSEWHERE
    return kept


def _package_of(exception: Mapping[str, Any]) -> str | None:
    module: str | None = exception.get("module")
    return module and module.partition(".")[0]


def _first_line(text: str) -> str:
    # Libraries print the values that something happened with, which is why their texts stay; a text of ours that
    # quotes one of theirs has it below its first line.
    return text.partition("\n")[0][:LONGEST_TEXT]


def _copy(value: Any, allowed: Any) -> Any:
    if isinstance(allowed, dict):
        found = value if isinstance(value, Mapping) else {}
        return {key: _copy(found[key], below) for key, below in allowed.items() if found.get(key) is not None}
    if isinstance(allowed, list):
        return [_copy(entry, allowed[0]) for entry in value] if isinstance(value, list) else []
    if isinstance(value, str):
        return redact_text(value)
    return value if isinstance(value, bool | int | float) else None

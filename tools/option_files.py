"""Writes docs/files.md: which files each answer adds, leaves out and changes, read from real renders."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import copier
import yaml

from tools.bundles import copy_sources
from tools.environment import ROOT

DOCUMENT = ROOT / "docs" / "files.md"
Answers = dict[str, object]
#: The files of a service that is rendered with some answers, the others being the defaults.
Rendered = Callable[[Answers], dict[str, bytes]]
#: Names the answers or lists the files that the template has; so it differs with every answer.
ALWAYS_DIFFERENT = {".copier-answers.yml", "docs/ownership.md"}
HEAD = """# What each answer adds

Read from real renders by `make files`: a service with the default answers has {count} files, and one other answer makes
this of it. Files of which only the content differs are named at the end of each list; `.copier-answers.yml` and
`docs/ownership.md` differ always. What an answer is for: [options.md](options.md).
"""


def flips(questions: dict[str, Any]) -> Iterator[Answers]:
    """Yield every value that is not the default of a question with a closed set of them."""
    for name, details in questions.items():
        if name.startswith("_") or details.get("when") is False:
            continue
        if "choices" in details:
            yield from ({name: value} for value in list(details["choices"].values())[1:])
        elif details["type"] == "bool":
            yield {name: not details["default"]}


def document(questions: dict[str, Any], rendered: Rendered) -> str:
    """Return the document."""
    default = rendered({})
    return HEAD.format(count=len(default)) + "".join(
        "\n".join(_section(answers, default, rendered(answers))) for answers in flips(questions)
    )


def _section(answers: Answers, default: dict[str, bytes], other: dict[str, bytes]) -> Iterator[str]:
    ((name, value),) = answers.items()
    yield f"\n## {name} = {str(value).lower()}\n"
    yield from _list("Adds", other.keys() - default.keys())
    yield from _list("Leaves out", default.keys() - other.keys())
    both = default.keys() & other.keys() - ALWAYS_DIFFERENT
    yield from _list("Changes", {path for path in both if default[path] != other[path]})


def _list(verb: str, paths: Iterable[str]) -> Iterator[str]:
    """Yield a paragraph with the files by their folders."""
    folders = defaultdict(list)
    for path in sorted(paths):
        folder, _, file = path.rpartition("/")
        folders[folder].append(f"`{file}`")
    count = sum(map(len, folders.values()))
    if count:
        yield f"{verb} {count} file{'s' if count > 1 else ''}:\n"
        yield from (f"- {f'`{folder}/`: ' if folder else ''}{', '.join(files)}" for folder, files in folders.items())
        yield ""


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a fresh render."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def questions() -> dict[str, Any]:
    """Return what copier.yml asks."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Render a service for each answer, and write the document."""
    with tempfile.TemporaryDirectory() as folder:
        template = copy_sources(ROOT, Path(folder))

        def rendered(answers: Answers) -> dict[str, bytes]:
            with tempfile.TemporaryDirectory() as service:
                copier.run_copy(str(template), service, data=answers, defaults=True, quiet=True, unsafe=False)
                return content(Path(service))

        DOCUMENT.write_text(document(questions(), rendered), encoding="utf-8")


if __name__ == "__main__":
    main()

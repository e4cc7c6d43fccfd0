"""Finding and fetching uv on a machine that has only Python. The package index is played by files."""

import hashlib
import json
from pathlib import Path

import pytest

from tools import uv

# What pip would do with the real one: put a program beside the interpreter that it was given.
PIP = """
import pathlib, sys
if "--fail" in {options!r}:
    sys.exit("ERROR: no network")
folder = pathlib.Path(sys.argv[sys.argv.index("--python") + 1]).parent
(folder / "uv").write_text("#!/bin/sh\\necho uv 9.9.9\\n")
(folder / "uv").chmod(0o755)
pathlib.Path({record!r}).write_text(" ".join(sys.argv[1:]))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a project that wants uv 1.2.3 or newer, in a folder whose name has a space."""
    folder = tmp_path / "my service"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[tool.uv]\nrequired-version = ">=1.2.3"\n')
    return folder


def put_on_path(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PATH have this `uv` and nothing else but the shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "uv").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize("version", ["1.2.3", "1.3.0", "2.0.0 (abcdef 2026-01-01)", "1.10.0"])
def test_takes_the_one_on_path(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    put_on_path(f"echo 'uv {version}'", tmp_path, monkeypatch)

    assert uv.find(root) == "uv"


@pytest.mark.parametrize(
    "script", ["echo 'uv 1.2.2'", "echo 'pyenv: uv: command not found' >&2; exit 127", "echo other"]
)
def test_does_not_take_one_that_is_old_or_only_a_shim(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    put_on_path(script, tmp_path, monkeypatch)

    assert uv.find(root) == ".tools/uv/bin/uv"


def test_names_its_own_where_path_has_none(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert uv.find(root) == ".tools/uv/bin/uv"


def fake_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Path:
    """Let a script stand for pip; it records its arguments in the file that is returned."""
    script, record = tmp_path / "pip.py", tmp_path / "arguments"
    script.write_text(PIP.format(options=options, record=str(record)))
    monkeypatch.setattr(uv, "pip_program", lambda _: script)
    return record


def test_fetches_once_into_the_project_and_nowhere_else(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = fake_pip(tmp_path, monkeypatch)

    uv.fetch(root)

    assert record.read_text().endswith("uv>=1.2.3")
    assert uv.works(str(root / uv.PROGRAM), (1, 2, 3))
    record.unlink()
    uv.fetch(root)
    assert not record.exists()


def test_says_in_one_line_why_it_could_not_fetch(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_pip(tmp_path, monkeypatch, "--fail")

    with pytest.raises(SystemExit, match=r"install it by hand\. ERROR: no network"):
        uv.fetch(root)


def index_with(content: bytes, digest: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file play the index's page about pip."""
    (folder / "pip-99-py3-none-any.whl").write_bytes(content)
    wheel = {
        "packagetype": "bdist_wheel",
        "filename": "pip-99-py3-none-any.whl",
        "url": (folder / "pip-99-py3-none-any.whl").as_uri(),
        "digests": {"sha256": digest},
    }
    (folder / "pip.json").write_text(json.dumps({"urls": [{"packagetype": "sdist"}, wheel]}))
    monkeypatch.setattr(uv, "PIP_PAGE", (folder / "pip.json").as_uri())


def test_downloads_pip_where_python_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tools").mkdir()
    index_with(b"wheel", hashlib.sha256(b"wheel").hexdigest(), tmp_path, monkeypatch)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    program = uv.pip_program(tmp_path / "tools")

    assert program == tmp_path / "tools" / "pip-99-py3-none-any.whl" / "pip"
    assert program.parent.read_bytes() == b"wheel"


def test_refuses_a_pip_that_is_not_what_the_index_promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tools").mkdir()
    index_with(b"wheel", hashlib.sha256(b"other").hexdigest(), tmp_path, monkeypatch)

    with pytest.raises(SystemExit, match="damaged"):
        uv.download_pip(tmp_path / "tools")
    assert not list((tmp_path / "tools").iterdir())

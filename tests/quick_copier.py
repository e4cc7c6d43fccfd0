"""Copier without the work that it repeats for every file: the same render for a fifth of the processor time.

Copier 9.19 asks `git config` about `core.fileMode` after each file that it writes, and compiles and renders each part
of each path, and the name of its answers file beside it, as a template: 200 processes and 2,400 templates a render,
three times as many an update, which also clones the template three times and reads its questions as often. Here git is
asked once a folder, a text without Jinja is its own rendering, and what was compiled, cloned or read is kept. Plain
Copier writes the same files: `test_uvx_copies_without_a_clone` compares them, and the commands of the Makefiles, which
run in processes of their own, call plain Copier, too.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from copier._jinja_ext import get_yield_context
from copier._main import Worker
from copier._template import load_template_config
from copier._vcs import clone
from jinja2 import Environment

from tools.git import GitFailed, git

_sync_executable_bit = Worker._sync_git_index_executable_bit
_render_string = Worker._render_string
_compile = Environment.compile
_compiled: dict[tuple[object, ...], CodeType] = {}
_answers_relpath: property = Worker.__dict__["answers_relpath"]


@lru_cache
def _ignores_modes(repository: Path) -> bool:
    try:
        return git(repository, "config", "--type=bool", "--get", "core.fileMode") == "false"
    except GitFailed:
        return False


def _sync_where_modes_are_ignored(worker: Worker, path: Path, mode: int) -> None:
    root = worker.subproject.local_abspath
    if (root / ".git").exists() and _ignores_modes(root):
        _sync_executable_bit(worker, path, mode)


def _render_where_there_is_jinja(worker: Worker, string: Any, extra_context: Any = None) -> str:
    if not isinstance(string, str) or set(string) & set("{\r\n"):
        return _render_string(worker, string, extra_context)
    context = get_yield_context(worker.jinja_env)  # a render begins with an empty one
    context.yield_name = context.yield_iterable = None
    return string


def _compile_once(environment: Environment, source: Any, name: str | None = None, *rest: Any, **options: Any) -> Any:
    if not isinstance(source, str) or options:
        return _compile(environment, source, name, *rest, **options)
    # Jinja has one lexer for all environments with the same syntax. Only tracebacks say in which clone a template lies.
    key = (environment.lexer, *sorted(environment.extensions), name, source)
    if key not in _compiled:
        _compiled[key] = _compile(environment, source, name, *rest)
    return _compiled[key]


def _clone_once(folder: Path) -> Callable[..., str]:
    clones: dict[tuple[str, ...], str] = {}

    def clone_once(url: str, ref: str = "HEAD", location: str | None = None) -> str:
        # HEAD stands for what is not committed, too.
        if ref == "HEAD" or not Path(url).is_dir():
            return clone(url, ref, location)
        # What a name of a commit means, and how Copier describes it.
        key = (url, ref, git(Path(url), "for-each-ref"))
        if key not in clones:
            clones[key] = clone(url, ref, str(folder / str(len(clones))))
        return clones[key]

    return clone_once


@lru_cache
def _read_questions(text: str, path: Path) -> dict[str, Any]:
    return load_template_config(path)


def _questions_once(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    # What is included may lie anywhere.
    return load_template_config(path) if "!include" in text else deepcopy(_read_questions(text, path))


def _name_of_answers(worker: Worker) -> Path:
    path = worker.answers_file or worker.template.answers_relpath
    rendered: Path = _answers_relpath.__get__(worker) if "{" in str(path) else Path(path)
    return rendered


def install(patch: pytest.MonkeyPatch, clones: Path) -> None:
    """Let Copier in this process work so, and keep its clones in a folder."""
    patch.setattr("copier._template.clone", _clone_once(clones))
    patch.setattr("copier._template.load_template_config", _questions_once)
    patch.setattr(Worker, "_sync_git_index_executable_bit", _sync_where_modes_are_ignored)
    patch.setattr(Worker, "_render_string", _render_where_there_is_jinja)
    patch.setattr(Environment, "compile", _compile_once)
    patch.setattr(Worker, "answers_relpath", property(_name_of_answers))

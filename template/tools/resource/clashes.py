"""No name may mean two things in one written module: `pages` would define a second `Page`."""

import ast
from collections import Counter
from collections.abc import Iterator

from tools.resource import Refused


def require_clear_names(file: str, source: str) -> None:
    """Refuse a module that binds a name twice, or whose classes and functions hide one.

    Raises:
        Refused: with the name.

    """
    module = ast.parse(source)
    bound = Counter(name for statement in module.body for name in bindings(statement))
    hidden = [name for name, times in bound.items() if times > 1]
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            hidden += [name for part in node.body for name in bindings(part) if name in bound]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
            hidden += [name for part in node.body for name in bindings(part) if name in bound or name in arguments]
    if hidden:
        raise Refused(f"The name {hidden[0]!r} would mean two things in {file}; choose another.")


def bindings(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in statement.names)
    elif isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield statement.name
    elif isinstance(statement, ast.Assign):
        yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id

"""All tables: importing every `models.py` of the package makes Alembic know them."""

import pkgutil
from importlib import import_module
from pathlib import Path


def import_models() -> None:
    """Import the `models` module of every domain."""
    for domain in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if domain.ispkg and (Path(__file__).parent / domain.name / "models.py").exists():
            import_module(f"app.{domain.name}.models")

"""What can go wrong with items."""

from app.core.errors import NotFound


class ItemNotFound(NotFound):
    """There is no such item, or it belongs to somebody else."""

    code = "item-not-found"
    detail = "Item not found"

"""What can go wrong with API keys."""

from app.core.errors import Conflict, NotFound


class ApiKeyNotFound(NotFound):
    """There is no such key, or it is a stranger's, or it has ended."""

    code = "api-key-not-found"
    detail = "API key not found"


class ApiKeyReplaced(Conflict):
    """The key was rotated before: its successor is the one to rotate."""

    code = "api-key-replaced"
    detail = "The API key has been replaced already; rotate its successor"


class TooManyApiKeys(Conflict):
    """The user has as many keys as one may have."""

    code = "too-many-api-keys"
    detail = "You have too many API keys; delete one first"

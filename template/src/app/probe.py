"""Asks the service in this container how it is: `python -m app.probe`, or with `ready`; instead of curl."""

import http.client
import os
import sys
from http import HTTPStatus

#: The service itself answers within two.
PATIENCE_SECONDS = 3


def main(question: str = "live") -> str | None:
    """Return what is wrong; None: nothing."""
    port = int(os.environ.get("PORT") or 8000)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", f"/health/{question}")
        answer = connection.getresponse()
        return None if answer.status == HTTPStatus.OK else f"{answer.status} {answer.read().decode()}"
    except (OSError, http.client.HTTPException) as error:
        return f"The service does not answer: {error}"
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

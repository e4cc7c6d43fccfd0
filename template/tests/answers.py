"""How tests read answers."""

import httpx2


def problem(response: httpx2.Response) -> tuple[int, str]:
    """Return status and code of an error, which must be a problem after RFC 9457."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    body = response.json()
    assert body["status"] == response.status_code
    assert body["title"]
    assert body["detail"]
    return response.status_code, body["code"]

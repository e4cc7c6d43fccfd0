"""Rule 10: forms and access tokens of any shape are refused, never a crash."""

import httpx2

from tests.answers import problem
from tests.security.surface import FORM

FORMS = [
    b"",
    b"username=%00&password=x",
    b"username=%ff%fe&password=x",
    b"username=%ED%A0%80&password=x",
    b"username[]=a&password[x]=b",
    b"username=a&username=b&username=c",
    b"&".join(b"f%d=x" % number for number in range(2000)),
    b"username=" + b"a" * 300 + b"&password=x",
    b"username=a&password=" + b"x" * 129,
    b"\xff\xfe\x00",
]
MULTIPARTS = [b"", b"--x", b"--x\r\n\r\n", b'--x\r\nContent-Disposition: form-data; name="a"\r\n']
TOKENS = [b"\xff\xfe", b"a" * 8193, b"a" * 100_000, b"\xe9.\xe9.\xe9", b"e30.e30.e30", b"." * 500, b"bnVsbA.bnVsbA.x"]


async def test_the_log_in_form_refuses_broken_forms(client: httpx2.AsyncClient) -> None:
    for content in FORMS:
        response = await client.post("/api/v1/auth/token", content=content, headers={"Content-Type": FORM})
        assert problem(response)[0] in {401, 422}, content[:50]
    for content in MULTIPARTS:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        response = await client.post("/api/v1/auth/token", content=content, headers=headers)
        assert problem(response) == (422, "validation-error"), content


async def test_every_credential_that_is_none_is_refused(client: httpx2.AsyncClient) -> None:
    for token in TOKENS:
        headers = {b"Authorization": b"Bearer " + token}
        response = await client.get("/api/v1/users/me", headers=headers)
        assert problem(response) == (401, "invalid-token"), token[:50]

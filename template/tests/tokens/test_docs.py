"""The documentation in the browser can log in."""

import httpx2


async def test_authorize_logs_in_with_the_password_form(client: httpx2.AsyncClient) -> None:
    schemes = (await client.get("/openapi.json")).json()["components"]["securitySchemes"]
    [flow] = [scheme["flows"]["password"] for scheme in schemes.values() if scheme["type"] == "oauth2"]
    assert flow["tokenUrl"] == "/api/v1/auth/token"
    assert '"persistAuthorization": true' in (await client.get("/docs/setup/swagger.js")).text

"""A provider for development: `uv run python -m tests.provider [PORT]`. It logs everybody in who asks."""

import sys
import time

from tests.provider.server import Provider

PORT, AUDIENCE = 9000, "http://localhost:8000"
HOURS = 8


def main(port: int = PORT) -> None:
    """Serve until Ctrl-C, and print an access token for the service of `make dev`."""
    provider = Provider(port=port, audience=AUDIENCE)
    now = int(time.time())
    claims = {"iss": provider.issuer, "aud": AUDIENCE, "sub": "ada", "scope": "openid items:read items:write"}
    token = provider.sign({**claims, "iat": now, "auth_time": now, "exp": now + HOURS * 3600})
    sys.stdout.write(f"OIDC_ISSUER={provider.issuer}\nAn access token of ada, for {HOURS} hours:\n\n{token}\n")
    sys.stdout.flush()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        provider.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

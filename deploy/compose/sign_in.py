"""A link that signs one browser in, once, at the wizard of docker-compose.yml, as your portal will make them.

docker compose exec -T wizard-api python - < deploy/compose/sign_in.py
"""

import os
import secrets
import sys
import time
from pathlib import Path

import jwt

from wizard_api.permissions import Permission

MINUTES = 10


def link(base: str) -> str:
    """The address; its token stands in the fragment, which no server is sent."""
    who = {"sub": "admin@portal.example", "tenant": "acme", "permissions": list(Permission)}
    of = {"iss": os.environ["HALOBUS_JWT_ISSUER"], "aud": os.environ["HALOBUS_JWT_AUDIENCE"]}
    once = {"once": True, "jti": secrets.token_urlsafe(16), "exp": int(time.time()) + MINUTES * 60}
    secret = Path(os.environ["HALOBUS_JWT_SECRET_FILE"]).read_text().strip()
    return f"{base}/#sign-in={jwt.encode({**who, **of, **once}, secret, 'HS256')}"


if __name__ == "__main__":
    sys.stdout.write(link(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080") + "\n")

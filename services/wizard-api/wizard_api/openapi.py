"""``python -m wizard_api.openapi``: writes docs/openapi.json, from which clients of the API are generated."""

import json
from pathlib import Path
from typing import Any

from wizard_api import api
from wizard_api.problems import MEDIA_TYPE

FILE = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"


def document() -> dict[str, Any]:
    """The OpenAPI document, problem answers under their own media type."""
    described = api.create().openapi()
    for path in described["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if status[0] in "45":
                    answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
    return described


def text() -> str:
    """The file's content."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())

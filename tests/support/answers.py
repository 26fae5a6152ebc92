"""What the API answers, as a test looks at it: a list whole, over its pages, and errors by field."""

from typing import Any

import httpx


async def rows(client: httpx.AsyncClient, path: str, **params: Any) -> dict[Any, dict[str, Any]]:
    """All rows by id, in the list's order, over pages of two unless ``limit`` says otherwise; none comes twice."""
    found: dict[Any, dict[str, Any]] = {}
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(path, params={"limit": 2, **params, **cursor})
        assert answer.status_code == 200, answer.text
        page = {row["id"]: row for row in answer.json()["items"]}
        assert len(page) == len(answer.json()["items"])
        assert not found.keys() & page.keys()
        found |= page
        if answer.json().get("next") is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


async def ids(client: httpx.AsyncClient, path: str, **params: Any) -> list[Any]:
    """The ids of all rows, in the list's order."""
    return list(await rows(client, path, **params))


def errors(answer: httpx.Response) -> dict[str, str]:
    """What a 422 says of each field."""
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def ask(client: httpx.AsyncClient, method: str, path: str, status: int = 200, **body: Any) -> Any:
    """Call, with ``body`` as JSON; the answer's JSON, None where it is empty."""
    answer = await client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None

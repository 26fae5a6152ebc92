"""Every stream beside the tickets against Halo's own truth: each record, field by field."""

from typing import Any

from demo import check
from demo.check import Figure
from demo.parts import Parts
from support import inventory, sales
from support.people import people

WHOLE = "every field"
OF_A_COMPANY = {"name": "name", "top_level_name": "toplevel_name", "inactive": "inactive", "reference": "ref"}
"""Our fields by Halo's."""


async def figures(parts: Parts) -> list[Figure]:
    """A figure a stream."""
    halo, database = parts.halo, parts.database
    return [
        await _companies(parts),
        check.compared(await people(halo), await sales.stored(database, "contacts"), "contacts", WHOLE),
        *[
            check.compared(await sales.should_be(halo, domain), await sales.stored(database, name), name, WHOLE)
            for name, domain in (("opportunities", "opps"), ("projects", "prjs"))
        ],
        check.compared(await inventory.wanted(halo), await inventory.stored(database), "assets", WHOLE),
    ]


async def _companies(parts: Parts) -> Figure:
    truth = {row["id"]: _picked(row, list(OF_A_COMPANY.values())) for row in await parts.halo.rows("client")}
    rows = await sales.stored(parts.database, "companies")
    found = {id: _picked(row, list(OF_A_COMPANY)) for id, row in rows.items()}
    return check.compared(truth, found, "companies", "4 fields each")


def _picked(row: dict[str, Any], names: list[str]) -> list[Any]:
    return [row[name] for name in names]

"""Workflows with stages and steps (docs/halo.md section 6); Halo's misspelt names are Halo's."""

from __future__ import annotations

from typing import Any

from halo_simulator.data.mix import guid

_WORKFLOWS = {
    1: ("Incident handling", ("Log", "Investigate", "Fix", "Confirm")),
    5: ("Sales pipeline", ("Qualify", "Propose", "Negotiate", "Won")),
    6: ("Renewals", ("Due", "Quoted", "Signed")),
}


STEPS = {key: steps for key, (_, steps) in _WORKFLOWS.items()}
"""The steps of a workflow, in order; each is a stage of its pipeline as well."""


def workflows(seed: int) -> list[dict[str, Any]]:
    """`/Workflow`: stages and steps belong to the detail."""
    return [_workflow(seed, key, name, steps) for key, (name, steps) in _WORKFLOWS.items()]


def _workflow(seed: int, key: int, name: str, steps: tuple[str, ...]) -> dict[str, Any]:
    """One workflow."""
    return {
        "id": key, "guid": guid(seed, key, 18), "name": name, "note": "", "active": True, "in_use": True,
        "notinuse": False,
        "_detail": {
            "stages": [_stage(key, number, step) for number, step in enumerate(steps, 1)],
            "steps": [_step(key, number, step, len(steps)) for number, step in enumerate(steps, 1)],
            "targets": [],
        },
    }  # fmt: skip


def _stage(flow: int, number: int, name: str) -> dict[str, Any]:
    """A stage of a pipeline."""
    return {"id": flow * 10 + number, "flow_id": flow, "sequence": number, "name": name}


def _step(flow: int, number: int, name: str, last: int) -> dict[str, Any]:
    """A step; opportunities' steps may override the probability."""
    return {
        "step_id": number, "flow_id": flow, "name": name, "isstart": number == 1, "isend": number == last,
        "stage_number": number, "pipeline_stage_id": flow * 10 + number, "pipeline_stage_name": name,
        "overrideprobabiliywhenatthisstep": flow == 5, "probabilityoverridevalue": number * 100 // last,
    }  # fmt: skip

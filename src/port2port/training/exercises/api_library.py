"""The API of the library of scenarios."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from port2port.base.errors import NotFound
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.training.exercises.api_shapes_library import ScenarioOut, ScenarioWhole, scenario_out, scenario_whole
from port2port.training.exercises.scenarios import library

router = Router(tags=["exercises"])


@router.get("/scenarios", response={200: list[ScenarioOut]} | problems(), summary="The library of scenarios",
            operation_id="list_scenarios")  # fmt: skip
def list_scenarios(request: HttpRequest) -> Any:
    """Return the scenarios to start from. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [scenario_out(one) for one in library().values()]


@router.get("/scenarios/{slug:scenario}", response={200: ScenarioWhole} | problems(404), summary="One scenario",
            operation_id="read_scenario")  # fmt: skip
def read_scenario(request: HttpRequest, scenario: str) -> Any:
    """Return a scenario whole; whoever will play should not read it. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    one = library().get(scenario)
    if one is None:
        raise NotFound()
    return scenario_whole(one)

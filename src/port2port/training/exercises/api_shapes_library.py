"""What the API gives of the library of scenarios."""

from typing import Any

from ninja import Schema

from port2port.training.exercises.api_shapes import ExerciseRoleOut, Texts
from port2port.training.exercises.scenarios import Scenario


class ScenarioOut(Schema):
    """A scenario of the library."""

    slug: str
    version: int
    threat: str
    size: str
    minutes: int
    isps: list[str]
    modi_operandi: list[str]
    names: Texts
    summary: Texts


class ScenarioInjectOut(Schema):
    """An inject of a scenario."""

    code: str
    minute: int
    to: list[str]
    channel: str
    text: Texts
    expected: list[Texts]


class ScenarioWhole(ScenarioOut):
    """A scenario whole."""

    roles: list[ExerciseRoleOut]
    injects: list[ScenarioInjectOut]
    objectives: list[Texts]
    preparation: list[Texts]
    safety: list[Texts]
    questions: list[Texts]
    criteria: list[dict[str, Any]]
    sources: list[dict[str, Any]]


def scenario_out(one: Scenario) -> dict[str, Any]:
    """Return a scenario as it is listed."""
    head = one.head
    return {
        "slug": head.slug, "version": head.version, "threat": head.threat, "size": head.size, "minutes": head.minutes,
        "isps": list(head.isps), "modi_operandi": list(head.modi_operandi), "names": head.names,
        "summary": head.summary,
    }  # fmt: skip


def scenario_whole(one: Scenario) -> dict[str, Any]:
    """Return a scenario whole."""
    lists = ("objectives", "preparation", "safety", "questions")
    return scenario_out(one) | {name: [line.names for line in getattr(one, name)] for name in lists} | {
        "roles": [{"code": role.code, "names": role.names, "does": role.does} for role in one.roles],
        "injects": [
            {"code": i.code, "minute": i.minute, "to": list(i.to), "channel": i.channel, "text": i.text,
             "expected": list(i.expected)}
            for i in one.injects
        ],
        "criteria": [{"code": line.code, "names": line.names, "scale": line.scale} for line in one.criteria],
        "sources": [{"names": line.names, "url": line.url} for line in one.sources],
    }  # fmt: skip

"""What the API takes for a plan: documented shapes. Unknown fields are refused."""

from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Field

from port2port.base.errors import Invalid, Problem
from port2port.members.places import known_places
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Language, Moment
from port2port.training.exercises.api_shapes import Texts
from port2port.training.exercises.rules import InjectText, Place, Plan, RoleText


class ExercisePlanIn(Strict):
    """What an exercise is, as everybody who takes part knows it."""

    title: str = Field(max_length=120)
    size: Literal["drill", "exercise"]
    starts_at: Moment
    minutes: int = Field(ge=1, le=1440)
    notes: str = Field("", max_length=4000)
    language: Language = "en"

    def value(self) -> Plan:
        """Return it as a value."""
        return Plan(self.title, self.size, self.starts_at, self.minutes, self.notes, self.language)


class ExercisePlaceIn(Strict):
    """An organisation that takes part at a port, or there at a facility."""

    organisation: UUID
    port: str = Field(description="UN/LOCODE", examples=["BEANR"])
    facility: str = Field("", description="Facility number", examples=["BEANR-0001"])

    def value(self) -> Place:
        """Return it as a value. Raises Invalid for an unknown port or facility."""
        places = known_places()
        port, spot = places.ports.get(self.port), places.facilities.get(self.facility) if self.facility else None
        if port is None or (self.facility and spot is None):
            raise Invalid([Problem("parts", _("There is no such port."))])
        return Place(self.organisation, port.id, spot.id if spot is not None else None)


class ExerciseRoleIn(Strict):
    """A role of an exercise that is made without a scenario."""

    code: str = Field(pattern="^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)
    names: Texts
    does: Texts = {}

    def value(self) -> RoleText:
        """Return it as a value."""
        return RoleText(self.code, self.names, self.does)


class ExerciseIn(ExercisePlanIn):
    """A plan, who takes part, and from which scenario or with which roles."""

    threat: str = Field(description="Code of a threat", examples=["drone_misuse"])
    parts: list[ExercisePlaceIn] = Field(max_length=60)
    scenario: str = Field("", max_length=80)
    roles: list[ExerciseRoleIn] = Field([], max_length=30)


class ExerciseInjectIn(Strict):
    """An inject: when, to whom, how, what, and what should then be done. Texts by language."""

    second: int = Field(ge=0, le=86400)
    roles: list[str] = Field(max_length=30, description="Codes of roles, or all alone")
    channel: str
    text: Texts
    expected: list[Texts] = Field([], max_length=20)

    def value(self) -> InjectText:
        """Return it as a value."""
        return InjectText(self.second, tuple(self.roles), self.channel, self.text, tuple(self.expected))


class ExerciseSeatIn(Strict):
    """Who gets which seat; without a person: you."""

    person: UUID | None = None
    kind: Literal["control", "observer", "player"] = "player"
    role: str = ""

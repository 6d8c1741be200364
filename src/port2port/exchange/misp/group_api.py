"""The API of the sharing groups of a MISP that are circles here. It only translates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Status

from port2port.base.clock import now
from port2port.exchange.inbound.actions import receiver
from port2port.exchange.misp import groups
from port2port.exchange.models import MispGroup
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems

router = Router(tags=["exchange"])


class MispGroupIn(Strict):
    """A sharing group of a MISP, and the circle that it is here."""

    group: UUID = Field(description="Its uuid in the MISP")
    name: str = Field(max_length=groups.LONGEST_NAME, description="Its name there")
    circle: UUID = Field(description="A circle of organisations that yours is a member of")


class MispGroupOut(MispGroupIn):
    """A sharing group that is a circle here."""

    id: UUID
    url: str
    circle_name: str
    made_at: datetime


class GroupMet(Strict):
    """A sharing group that something came for and that is no circle here."""

    group: str
    name: str


class MispGroupList(Strict):
    """Those that are circles here, and those that came and are none."""

    items: list[MispGroupOut]
    unmapped: list[GroupMet]


def _groups(found: list[MispGroup]) -> list[dict[str, Any]]:
    names, url = groups.names_of(found), reverse("api-1:misp_groups")
    return [
        {"id": one.id, "url": url, "group": one.group, "name": one.name, "circle": one.circle_id,
         "circle_name": names[one.id], "made_at": one.made_at}
        for one in found
    ]  # fmt: skip


@router.get(
    "/misp/groups", response={200: MispGroupList} | problems(), url_name="misp_groups", operation_id="list_misp_groups",
    summary="Sharing groups of a MISP that are circles here",
)  # fmt: skip
def list_groups(request: HttpRequest) -> Any:
    """Return them by name, and those that something came for lately and that are none. Scope: report."""
    needs(request, "report")
    known_parameters(request)
    receiver()
    met = [{"group": one.group, "name": one.name} for one in groups.unmapped()]
    return {"items": _groups(groups.mapped()), "unmapped": met}


@router.post(
    "/misp/groups", response={201: MispGroupOut} | problems(409), url_name="misp_groups", operation_id="say_misp_group",
    summary="Say which circle a sharing group is",
)  # fmt: skip
def say_group(request: HttpRequest, said: MispGroupIn) -> Any:
    """Say it, for what comes from now on; for who may share. Scope: report."""
    needs(request, "report")
    made = groups.say(group=said.group, name=said.name, circle=said.circle, at=now())
    return Status(201, _groups([made])[0])


@router.delete(
    "/misp/groups/{uuid:grouping}", response={204: None} | problems(404), url_name="misp_group",
    operation_id="take_back_misp_group", summary="Say that a sharing group is no circle here any more",
)  # fmt: skip
def take_back_group(request: HttpRequest, grouping: UUID) -> Any:
    """Take it back; what was shared stays as it is. Scope: report."""
    needs(request, "report")
    groups.take_back(grouping, at=now())
    return Status(204, None)

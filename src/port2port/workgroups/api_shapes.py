"""What the API of working groups takes: documented shapes. Unknown fields are refused."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from port2port.base.errors import Invalid, Problem
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Language, Moment, TlpName
from port2port.sharing.tlp import Tlp
from port2port.workgroups.rules import DecisionRule, fraction_of

_NO_FRACTION = _("Write a fraction with numbers up to 100, such as 2/3.")
GroupTlp = Literal["GREEN", "AMBER", "RED"]


class RuleIn(Strict):
    """How a group decides."""

    kind: Literal["consensus", "qualified"]
    fraction: str = Field("", description="With kind qualified: of the votes for and against", examples=["2/3"])
    quorum: str = Field("1/2", description="Of the organisations of the group", examples=["1/2"])

    def rule(self) -> DecisionRule:
        """Return it as a rule. Raises Invalid for what is no fraction."""
        majority, quorum = fraction_of(self.fraction), fraction_of(self.quorum)
        found = [Problem("quorum", _NO_FRACTION)] if quorum is None else []
        if self.fraction and majority is None:
            found.append(Problem("fraction", _NO_FRACTION))
        if found or quorum is None:
            raise Invalid(found)
        return DecisionRule(self.kind, majority, quorum)


class NewRuleIn(RuleIn):
    """Another rule from now on, and why."""

    reason: str = Field(max_length=400)


class GroupIn(Strict):
    """A new group; whoever founds it takes the chair."""

    name: str = Field(description="Known to the whole network")
    label: str = Field(
        description="Stands in calendars, which leave the platform: say nothing that is not for everyone"
    )
    remit: str = Field(description="What it is for, in Markdown")
    language: Language = "en"
    tlp: GroupTlp = Field("AMBER", description="What its records begin with")
    rule: RuleIn


class GroupPatch(Strict):
    """What a group is called and for. What is left out stays."""

    name: str | None = None
    label: str | None = None
    remit: str | None = None
    language: Language | None = None
    tlp: GroupTlp | None = None


class SeatIn(Strict):
    """A seat for a person, for an organisation that the person is in."""

    person: UUID
    organisation: UUID
    office: Literal["chair", "secretary", "member"] = "member"


class MeetingIn(Strict):
    """When and where a group meets."""

    title: str
    starts_at: Moment
    ends_at: Moment
    place: str = Field("", description="Stays on the platform: calendars do not hold it")
    language: Language = "en"


class MeetingPatch(Strict):
    """What of a meeting changes. `state`: cancelled, or planned to hold it after all."""

    title: str | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    place: str | None = None
    state: Literal["planned", "cancelled"] | None = None


class NarrowIn(Strict):
    """Something that may be for some of the group only."""

    persons: list[UUID] = Field([], max_length=100, description="Who of the group alone sees it; empty: all of it")
    tlp: TlpName | None = Field(None, description="Left out: as the group writes")

    def audience(self) -> dict[str, Any]:
        """Return who sees it, as the actions take it."""
        return {"persons": self.persons, "tlp": Tlp.parse(self.tlp) if self.tlp else None}


class ItemIn(NarrowIn):
    """An item of an agenda."""

    title: str
    language: Language = "en"
    about: str = Field("", max_length=20, description="Kind of the record it is about, or `actions`: the open ones")
    target: UUID | None = Field(None, description="The record it is about")


class ItemPatch(Strict):
    """What of an item changes."""

    title: str | None = None
    dropped: bool | None = Field(None, description="true takes it off the agenda, false puts it back")
    move: Literal["up", "down"] | None = None


class MinutesIn(Strict):
    """What was said under an item, in Markdown. Of approved minutes: a correction, with its reason."""

    minutes: str
    language: Language = "en"
    reason: str = Field("", max_length=400, description="Why approved minutes are corrected")


class AttendanceIn(Strict):
    """Whether a person of the group is there."""

    person: UUID
    state: Literal["present", "excused", "absent", "replaced"]
    replaced_by: str = ""


class ApprovalIn(Strict):
    """At which later meeting of the group the minutes are approved."""

    meeting: UUID


class PaperIn(NarrowIn):
    """A paper for a group, in Markdown."""

    title: str
    text: str
    language: Language = "en"
    meeting: UUID | None = None


class TakenBackIn(Strict):
    """Why it is taken back."""

    reason: Literal["mistake", "duplicate", "too-wide", "owner-asked", "other"]


class ProposalIn(NarrowIn):
    """A decision that is proposed. Under an item it is seen by those who see the item."""

    group: UUID
    title: str
    text: str
    language: Language = "en"
    item: UUID | None = None


class ProposalPatch(Strict):
    """A proposal written otherwise."""

    title: str | None = None
    text: str | None = None


class VotesIn(Strict):
    """How each organisation that took part stands."""

    votes: dict[UUID, Literal["for", "against", "abstain"]]
    item: UUID | None = Field(None, description="Where it is taken, if it was proposed outside a meeting")


class ActionIn(NarrowIn):
    """Something that a person of the group does by a day."""

    group: UUID
    text: str
    owner: UUID
    due: date
    language: Language = "en"
    item: UUID | None = None


class ActionPatch(Strict):
    """What of an action changes. With `state` done or dropped, `outcome` says what came of it."""

    text: str | None = None
    owner: UUID | None = None
    due: date | None = None
    state: Literal["open", "done", "dropped"] | None = None
    outcome: str = ""


class RecordLinkIn(Strict):
    """A record that a decision or an action is about."""

    kind: str = Field(max_length=20, examples=["report"])
    target: UUID


class MeetingQuery(Schema):
    """What meetings are narrowed to."""

    group: UUID | None = None
    state: str = Field("", description="planned, cancelled or approved")


class DecisionQuery(Schema):
    """What decisions are narrowed to."""

    q: str = Field("", max_length=200, description="Words, in any of the four languages")
    group: UUID | None = None
    state: str = Field("", description="proposed, reached or not_reached")
    about: UUID | None = Field(None, description="The report, measure or objective that they are linked to")


class ActionQuery(Schema):
    """What actions are narrowed to."""

    group: UUID | None = None
    meeting: UUID | None = None
    state: str = Field("", description="open, done or dropped")
    mine: bool = Field(False, description="Only your own")
    about: UUID | None = Field(None, description="The report, measure or objective that they are linked to")

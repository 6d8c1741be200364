"""What the API of campaigns takes and gives: documented shapes. Unknown fields are refused."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Field, Schema

from port2port.sharing.api_ground import Strict
from port2port.training.campaigns.library import Material
from port2port.training.campaigns.models import Campaign, CampaignDeed
from port2port.training.campaigns.queries import Finding, Pulse, reach
from port2port.training.campaigns.rules import Change, Period, Share
from port2port.training.campaigns.words import state_of

Texts = dict[str, str]


class CampaignMaterialOut(Schema):
    """A campaign of the library; texts by language."""

    slug: str
    version: int
    names: Texts
    headline: Texts
    summary: Texts
    audiences: list[str]
    course: str
    organisations: int | None = Field(description="That ran it in twelve months; null below three")


class CampaignPoint(Schema):
    """What poster and screen say."""

    say: Texts
    more: Texts


class CampaignMessage(Schema):
    """What may be sent."""

    subject: Texts
    text: Texts


class CampaignOption(Schema):
    """An answer."""

    code: str
    names: Texts


class CampaignQuestion(Schema):
    """A question before and after."""

    code: str
    text: Texts
    options: list[CampaignOption]
    hoped: list[str]


class CampaignSource(Schema):
    """What a campaign rests on."""

    names: Texts
    url: str


class CampaignMaterialWhole(CampaignMaterialOut):
    """A campaign of the library, whole."""

    points: list[CampaignPoint]
    close: Texts
    message: CampaignMessage
    questions: list[CampaignQuestion]
    sources: list[CampaignSource]


class CampaignIn(Strict):
    """When a campaign runs, for whom, in which languages, and whom to tell."""

    starts_on: date
    ends_on: date
    audiences: list[str] = Field(max_length=10)
    languages: list[Literal["nl", "fr", "de", "en"]] = Field(max_length=4)
    tell: str = Field("", max_length=80)

    def value(self) -> Period:
        """Return what was sent."""
        languages = tuple(dict.fromkeys(self.languages))
        return Period(tuple(dict.fromkeys(self.audiences)), languages, self.starts_on, self.ends_on, self.tell)


class CampaignNewIn(CampaignIn):
    """Which campaign to run."""

    campaign: str = Field(max_length=60)


class CampaignOut(Schema):
    """A campaign that your organisation runs."""

    id: UUID
    url: str
    campaign: str
    state: Literal["planned", "runs", "ended"]
    starts_on: date
    ends_on: date
    audiences: list[str]
    languages: list[str]
    tell: str
    screen: str = Field(description="A page for a screen, open to whoever holds its address while the campaign runs")


class CampaignDeedIn(Strict):
    """What was done."""

    kind: Literal["poster", "screen", "message", "talk"]
    number: int = Field(description="Places, screens, recipients, people present", ge=1, le=100_000)
    on: date


class CampaignDeedOut(Schema):
    """What was done."""

    id: UUID
    kind: str
    number: int
    on: date


class CampaignShare(Schema):
    """How many of those who answered gave a hoped answer, with Wilson's interval of 95 %."""

    good: int
    answers: int
    low: float
    high: float


class CampaignChange(Schema):
    """The difference with Newcombe's interval of 95 %, and what may be said of it."""

    low: float
    high: float
    verdict: Literal["more", "less", "same", "unsure"]


class CampaignFinding(Schema):
    """What a question tells; null below ten answers."""

    question: str
    before: CampaignShare | None
    after: CampaignShare | None
    change: CampaignChange | None


class CampaignWave(Schema):
    """The questions before or after: slips made, answers told (from ten on, five at a time)."""

    wave: Literal["before", "after"]
    made: int
    told: int


class CampaignWhole(CampaignOut):
    """A campaign with what was done, its reach, and what its questions tell."""

    deeds: list[CampaignDeedOut]
    reach: dict[str, int]
    waves: list[CampaignWave]
    findings: list[CampaignFinding]


class CampaignSlipsIn(Strict):
    """How many slips for which questions."""

    wave: Literal["before", "after"]
    number: int = Field(ge=1, le=500)


class CampaignSlipsOut(Schema):
    """Codes of slips, shown once."""

    codes: list[str]


def material_out(found: Material, organisations: int | None) -> dict[str, Any]:
    """Return a campaign of the library as it is listed."""
    head = found.head
    return {
        "slug": found.slug, "version": head.version, "names": head.names, "headline": head.headline,
        "summary": head.summary, "audiences": list(head.audiences), "course": head.course,
        "organisations": organisations,
    }  # fmt: skip


def material_whole(found: Material, organisations: int | None) -> dict[str, Any]:
    """Return a campaign of the library, whole."""
    return material_out(found, organisations) | {
        "points": [{"say": one.say, "more": one.more} for one in found.points], "close": found.head.close,
        "message": {"subject": found.message.subject, "text": found.message.text},
        "questions": [
            {"code": one.code, "text": one.text, "hoped": list(one.hoped),
             "options": [{"code": x.code, "names": x.names} for x in one.options]}
            for one in found.questions],
        "sources": [{"names": one.names, "url": one.url} for one in found.sources],
    }  # fmt: skip


def campaign_out(row: Campaign, *, on: date) -> dict[str, Any]:
    """Return a campaign of the own organisation as it is listed."""
    return {
        "id": row.id, "url": reverse("api-1:campaign", args=[row.id]), "campaign": row.slug,
        "state": state_of(row, on), "starts_on": row.starts_on, "ends_on": row.ends_on, "audiences": row.audiences,
        "languages": row.languages, "tell": row.tell, "screen": settings.SITE_URL + reverse("screen", args=[row.code]),
    }  # fmt: skip


def campaign_whole(row: Campaign, done: list[CampaignDeed], found: Pulse, *, on: date) -> dict[str, Any]:
    """Return a campaign of the own organisation, whole."""
    return campaign_out(row, on=on) | {
        "deeds": [deed_out(one) for one in done], "reach": reach(done),
        "waves": [{"wave": one.wave, "made": one.made, "told": one.told} for one in found.waves],
        "findings": [_finding(one) for one in found.findings],
    }  # fmt: skip


def deed_out(one: CampaignDeed) -> dict[str, Any]:
    """Return what was done."""
    return {"id": one.id, "kind": one.kind, "number": one.number, "on": one.on}


def _finding(one: Finding) -> dict[str, Any]:
    return {"question": one.question.code, "before": _share(one.before), "after": _share(one.after),
            "change": _change(one.change)}  # fmt: skip


def _share(one: Share | None) -> dict[str, Any] | None:
    return None if one is None else {"good": one.good, "answers": one.answers, "low": one.low, "high": one.high}


def _change(one: Change | None) -> dict[str, Any] | None:
    return None if one is None else {"low": one.low, "high": one.high, "verdict": one.verdict}

"""How campaigns are said: prepared values for the pages."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from port2port.measures.operations.words import day_word
from port2port.members.data_files import label
from port2port.site.context import OWN_NAMES
from port2port.site.reader import language
from port2port.training.campaigns.library import Material, audience_word, name_of, words
from port2port.training.campaigns.models import Campaign, CampaignDeed
from port2port.training.campaigns.queries import Finding, Pulse
from port2port.training.campaigns.rules import FEWEST_ANSWERS, Change, Share
from port2port.training.courses.words import name_of as course_name

HUNDRED = 100
BADGES = {"planned": "open", "runs": "part", "ended": "closed"}
VERDICT_BADGES = {"more": "ok", "less": "error", "same": "closed", "unsure": "open"}


def state_of(row: Campaign, on: date) -> str:
    """Return how a campaign stands on a day."""
    if on < row.starts_on:
        return "planned"
    return "runs" if on <= row.ends_on else "ended"


def state_word(state: str) -> str:
    """Return the state of a campaign, as a word."""
    return {
        "planned": _("Planned"), "runs": pgettext("campaign", "Runs"), "ended": pgettext("campaign", "Has ended"),
    }[state]  # fmt: skip


def material_row(found: Material, organisations: int | None = None) -> dict[str, Any]:
    """Return a campaign of the library in a list or at the head of its page."""
    head, code = found.head, language()
    return {
        "slug": found.slug, "name": head.label(code), "summary": label(head.summary, code),
        "headline": label(head.headline, code), "close": label(head.close, code),
        "audiences": [audience_word(one, code) for one in head.audiences],
        "href": reverse("training:campaign", args=[found.slug]), "organisations": organisations,
        "picture": f"training/campaigns/{found.slug}.svg", "course": course_name(head.course),
        "course_href": reverse("training:course", args=[head.course]), "version": head.version,
    }  # fmt: skip


def material_whole(found: Material) -> dict[str, Any]:
    """Return the material of a campaign in the reader's language."""
    code = language()
    return {
        "points": [{"say": label(one.say, code), "more": label(one.more, code)} for one in found.points],
        "messages": [
            {"language": OWN_NAMES[one], "code": one, "subject": label(found.message.subject, one),
             "text": label(found.message.text, one)}
            for one in found.message.text
        ],
        "questions": [{"text": label(one.text, code), "options": [x.label(code) for x in one.options]}
                      for one in found.questions],
        "sources": [{"name": one.label(code), "url": one.url} for one in found.sources],
    }  # fmt: skip


def campaign_row(row: Campaign, *, on: date) -> dict[str, Any]:
    """Return a campaign of the own organisation."""
    code, state = language(), state_of(row, on)
    return {
        "id": row.id, "name": name_of(row.slug, code), "slug": row.slug, "state": state, "word": state_word(state),
        "badge": BADGES[state], "from": row.starts_on, "until": row.ends_on, "tell": row.tell,
        "period": _("%(first)s to %(last)s") % {"first": day_word(row.starts_on), "last": day_word(row.ends_on)},
        "audiences": [audience_word(one, code) for one in row.audiences],
        "languages": [OWN_NAMES[one] for one in row.languages], "href": reverse("training:campaign_run", args=[row.id]),
        "screen": settings.SITE_URL + reverse("screen", args=[row.code]),
    }  # fmt: skip


def deed_rows(done: list[CampaignDeed]) -> list[dict[str, Any]]:
    """Return what was done."""
    code = language()
    kinds = {one.code: one for one in words().deeds}
    return [
        {
            "id": one.id, "name": kinds[one.kind].label(code) if one.kind in kinds else one.kind, "number": one.number,
            "unit": label(kinds[one.kind].number, code) if one.kind in kinds else "", "on": one.on,
        }
        for one in done
    ]  # fmt: skip


def reach_rows(found: dict[str, int]) -> list[tuple[str, str]]:
    """Return how far a campaign reached, as facts."""
    code = language()
    return [
        (one.label(code), f"{found[one.code]} {label(one.number, code)}") for one in words().deeds if one.code in found
    ]


def answer(row: dict[str, Any], found: Pulse) -> str:
    """Return the answer of the page of a campaign: what changed, or how it stands."""
    better = sum(one.change is not None and one.change.verdict == "more" for one in found.findings)
    if better:
        return ngettext(
            "%(name)s: %(n)d question answered better than before",
            "%(name)s: %(n)d questions answered better than before",
            better,
        ) % {"name": row["name"], "n": better}  # fmt: skip
    if row["state"] == "runs":
        return _("%(name)s runs until %(day)s") % {"name": row["name"], "day": day_word(row["until"])}
    if row["state"] == "planned":
        return _("%(name)s begins on %(day)s") % {"name": row["name"], "day": day_word(row["from"])}
    return _("%(name)s ended on %(day)s") % {"name": row["name"], "day": day_word(row["until"])}


def pulse_row(found: Pulse) -> dict[str, Any]:
    """Return what the questions tell."""
    waves = [
        {"name": pgettext("questions", "Before") if one.wave == "before" else pgettext("questions", "After"),
         "made": one.made, "told": one.told}
        for one in found.waves
    ]  # fmt: skip
    return {"waves": waves, "findings": [finding_row(one) for one in found.findings], "fewest": FEWEST_ANSWERS}


def finding_row(one: Finding) -> dict[str, Any]:
    """Return a question with both shares, drawn and in words, and what may be said of the change."""
    code = language()
    hoped = ", ".join(option.label(code) for option in one.question.options if option.code in one.question.hoped)
    return {
        "text": label(one.question.text, code), "hoped": hoped, "before": share_words(one.before),
        "after": share_words(one.after), "drawn": drawn(one.before, one.after),
        "change": change_words(one.change), "badge": VERDICT_BADGES[one.change.verdict] if one.change else "open",
        "verdict": verdict_word(one.change),
    }  # fmt: skip


def share_words(one: Share | None) -> str:
    """Return a share with its interval."""
    if one is None:
        return _("too few answers to be told")
    return _("%(good)d of %(n)d (%(low)d to %(high)d %%)") % {
        "good": one.good, "n": one.answers, "low": round(one.low * HUNDRED), "high": round(one.high * HUNDRED),
    }  # fmt: skip


def verdict_word(one: Change | None) -> str:
    """Return what may be said of a change."""
    if one is None:
        return _("Nothing to compare yet")
    return {
        "more": _("More than before"), "less": _("Less than before"), "same": _("About as before"),
        "unsure": _("Cannot tell yet"),
    }[one.verdict]  # fmt: skip


def change_words(one: Change | None) -> str:
    """Return the interval of a change, in percentage points."""
    if one is None:
        return ""
    return _("between %(low)+d and %(high)+d percentage points") % {
        "low": round(one.low * HUNDRED), "high": round(one.high * HUNDRED),
    }  # fmt: skip


WIDTH, EDGE = 160.0, 6.0


def drawn(before: Share | None, after: Share | None) -> SafeString | str:
    """Return both shares with their intervals, before above after; it says nothing that is not beside it in words."""
    if before is None and after is None:
        return ""

    def bar(one: Share | None, y: int, kind: str) -> SafeString:
        if one is None:
            return SafeString("")
        left, right, at = (round(EDGE + (WIDTH - 2 * EDGE) * value, 1) for value in (one.low, one.high, one.value))
        return format_html(
            '<rect class="c-band2" x="{}" y="{}" width="{}" height="6" rx="2"/>'
            '<circle class="{}" cx="{}" cy="{}" r="4"/>',
            left, y - 3, round(right - left, 1), kind, at, y,
        )  # fmt: skip

    return format_html(
        '<svg width="160" height="34" viewBox="0 0 160 34" aria-hidden="true">'
        '<path class="c-zero" d="M6 10H154M6 25H154"/>{}{}</svg>',
        bar(before, 10, "c-dot"), bar(after, 25, "c-dot c-dot--sig"),
    )  # fmt: skip

"""Letters to whoever asked, and the notice to the authority, filled in; the desk sends them itself."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from port2port.governance.desk.catalogue import breaches as breach_file
from port2port.governance.desk.catalogue import requests as file
from port2port.governance.desk.queries import BreachShown, RequestShown
from port2port.governance.desk.sealing import unseal
from port2port.governance.desk.words import natures
from port2port.governance.processing.register import register
from port2port.members.models import Organisation
from port2port.members.queries import called
from port2port.site.reader import language
from port2port.site.words import absolute, day


def letter(shown: RequestShown, *, at: datetime) -> list[str]:
    """Return the letter that belongs to the newest step, as paragraphs, in the language of whoever asked.

    When names are erased there is no letter any more: empty.
    """
    if shown.asked is None:
        return []
    with override(shown.row.language):
        kind = file().kind(shown.row.kind)
        lines = [
            shown.asked.name,
            _("Your request %(number)s of %(day)s: %(kind)s") % {
                "number": shown.number, "day": day(timezone.localdate(shown.row.received_at), language()),
                "kind": kind.label(language()),
            },
            *_body(shown, at),
            called(Organisation.objects.get(id=shown.row.organisation_id).names),
            _("The data-protection officer"),
        ]  # fmt: skip
    return [line for line in lines if line]


def _body(shown: RequestShown, at: datetime) -> list[str]:
    step = shown.steps[-1]
    told = unseal(step.sealed, shown.row.id) if step.sealed is not None else ""
    due = day(timezone.localdate(shown.clock.due), language()) if shown.clock and shown.clock.due else ""
    if step.act == "extended":
        return [_("We need more time for our answer: until %(day)s.") % {"day": due}, told, _complaint(shown)]
    if step.act == "refused":
        ground = {one.code: one for one in file().grounds}[step.code]
        reason = _("We cannot follow it: %(ground)s (%(citation)s).") % {
            "ground": ground.label(language()), "citation": ground.citation,
        }  # fmt: skip
        return [reason, told, _complaint(shown)]
    if step.act == "answered":
        return [_("This is our answer."), told, _complaint(shown)]
    if step.act == "forwarded":
        return [
            _("About data of the police the Supervisory Body for Police Information decides. We have passed it on."),
            told,
        ]
    return [_("We have received it and answer at the latest on %(day)s.") % {"day": due}]


def _complaint(shown: RequestShown) -> str:
    if file().kind(shown.row.kind).regime == "openness":
        return _(
            "If you do not agree, you may ask for reconsideration and turn to the appeal body for access to documents."
        )
    return _("If you do not agree, you may complain to the Data Protection Authority, or go to court.")


def notice(shown: BreachShown, reader: str) -> list[tuple[str, str]]:
    """Return what the authority asks for (GDPR, article 33(3)) as names and values, in a language."""
    with override(reader):
        row = shown.row
        told = shown.last("persons_told", "persons_spared")
        names = {one.code: one.label(language()) for one in register().processings}
        risks = {one.code: one.label(language()) for one in breach_file().risks}
        return [
            (_("Number of the breach"), shown.number),
            (_("Controller"), called(Organisation.objects.get(id=row.organisation_id).names)),
            (_("Known since"), absolute(timezone.localtime(row.aware_at), language())),
            (
                _("When it happened"),
                absolute(timezone.localtime(row.happened_at), language()) if row.happened_at else _("Not known yet"),
            ),
            (_("What happened"), f"{row.title}. {row.what}"),
            (_("Nature of the breach"), natures(row.nature)),
            (_("Which processing"), "; ".join(names.get(code, code) for code in row.processings) or _("Not known yet")),
            (_("Number of persons, about"), str(row.persons) if row.persons is not None else _("Not known yet")),
            (_("Number of records, about"), str(row.records) if row.records is not None else _("Not known yet")),
            (_("Likely consequences"), row.consequences or _("Not known yet")),
            (_("Measures taken or proposed"), row.measures or _("Not known yet")),
            (_("Risk to persons"), risks.get(shown.risk, _("Not known yet"))),
            (_("Persons told"), told.text if told is not None else _("Not yet")),
            (_("Contact"), _("The data-protection officer")),
        ]

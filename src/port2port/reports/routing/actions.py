"""What is done about proposals, and with rules: share, note, leave, take up again; sign and withdraw."""

from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.text import unreadable
from port2port.members.acting import action, current_actor
from port2port.reports.actions import widen_report
from port2port.reports.routing.kept import keep
from port2port.reports.routing.models import CATEGORIES, OrganisationFact, RuleTrust
from port2port.reports.routing.queries import DueForm, Plan, Proposal, plan
from port2port.reports.routing.rule_queries import own_organisation, roles_open_to, rule_on, signatures, today
from port2port.reports.shown import shown
from port2port.reports.stewarding import held
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

REFERENCE_LONGEST = 120
NOTE_LONGEST = 400
SAID_LONGEST = 160

WHY_NOT: dict[str, str | Promise] = {
    "person": _("This mark lets only named persons know. Tell one yourself, and note it."),
    "case": _("It holds personal data: share it case by case, with a legal basis of theirs."),
    "outside": _("They are under another law: sharing would be a release outside the country."),
    "elsewhere": _("They are not on the platform. Send it to them and note it."),
    "clock": _("They are not on the platform. Record what was sent at its clock."),
}


@action
def share_with(report: UUID, *, token: str, at: datetime) -> None:
    """Share a report with the organisation of a proposal, and write it down.

    Raises NotFound, Refused (act `share`), Conflict when it was decided, they see it already, or it may not go there.
    """
    record, about = _held(report, token, act="share")
    if not isinstance(about, Proposal) or about.circle is None or about.way != "share":
        raise Conflict(WHY_NOT.get(about.way if isinstance(about, Proposal) else "elsewhere", ""))
    if not about.open:
        raise Conflict(_("They can see it already.") if about.sees else _("This was decided already."))
    widen_report(report, to=Addressing((about.circle,), Tlp(record.tlp)), at=at)
    keep(report, about, state="sent", at=at, sent_at=at)


@action
def note_sent(report: UUID, *, token: str, sent_at: datetime | None, at: datetime, reference: str = "") -> None:
    """Write down that it was sent elsewhere, when, and under which reference of theirs.

    Raises NotFound, Refused, Conflict, Invalid for a moment to come or a text too long.
    """
    _record, about = _held(report, token)
    reference = reference.strip()
    problems = []
    if sent_at is None or sent_at > at:
        problems.append(Problem("sent_at", _("Say when it was sent; that is not to come.")))
    if len(reference) > REFERENCE_LONGEST or unreadable(reference):
        problems.append(Problem("reference", _("Write at most 120 characters.")))
    if problems:
        raise Invalid(problems)
    if about.state == "sent":
        raise Conflict(_("This was decided already."))
    _without_clock(about)
    keep(report, about, state="done", at=at, sent_at=sent_at, reference=reference)


@action
def leave_out(report: UUID, *, token: str, reason: str, at: datetime) -> None:
    """Write down that it need not be sent, and why. Raises NotFound, Refused, Conflict, Invalid without a reason."""
    _record, about = _held(report, token)
    reason = reason.strip()
    if not reason or len(reason) > NOTE_LONGEST or unreadable(reason):
        raise Invalid([Problem("reason", _("Say in up to 400 characters why it is not needed."))])
    if about.state != "proposed":
        raise Conflict(_("This was decided already."))
    _without_clock(about)
    keep(report, about, state="not_needed", at=at, note=reason)


@action
def take_up_again(report: UUID, *, token: str, at: datetime) -> None:
    """Open again what was noted as sent elsewhere or as not needed. What was shared here stays shared.

    Raises NotFound, Refused, Conflict.
    """
    _record, about = _held(report, token)
    if about.state not in ("done", "not_needed"):
        raise Conflict(_("There is nothing to open again."))
    keep(report, about, state="proposed", at=at)


@action
def note_form_taken(report: UUID, *, form: str, at: datetime) -> None:
    """Write into the journal that a filled-in form of a report was taken out. Raises NotFound, Refused."""
    held(report, "change")
    journal.write("report.form_taken", kind="report", record=report, at=at, form=form)


@action
def sign_rule(code: str, *, version: int, role: str, at: datetime) -> None:
    """Sign a rule for the actor's organisation, as sender or receiver, in the version that was read.

    Raises NotFound, Refused without the act `speak`, Invalid for a role that is not the organisation's, Conflict when
    it is signed already or another version is in force.
    """
    rule, organisation = rule_on(code, today(at)), own_organisation()
    if organisation is None or not current_actor().may("speak"):
        raise Refused(_("Only who speaks for the organisation decides this."))
    if rule.version != version:
        raise Conflict(_("Another version of this rule is in force. Read it first."))
    if role not in roles_open_to(rule, organisation):
        raise Invalid([Problem("role", _("Your organisation cannot sign this rule in this role."))])
    if any(one.organisation_id == organisation.id and one.role == role for one in signatures([rule])):
        raise Conflict(_("It is signed already."))
    RuleTrust.objects.create(
        rule=code,
        version=version,
        organisation=organisation,
        role=role,
        signed_by_id=current_actor().person,
        signed_at=at,
    )
    journal.write("rule.signed", kind="rule", at=at, rule=code, version=version, role=role)


@action
def withdraw_signature(code: str, *, version: int, role: str, at: datetime) -> None:
    """Withdraw the organisation's signature; nothing more is sent by itself from now on.

    Raises Refused without the act `speak`, NotFound when there is none.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("speak"):
        raise Refused(_("Only who speaks for the organisation decides this."))
    withdrawn = RuleTrust.objects.filter(
        rule=code, version=version, role=role, organisation_id=actor.organisation, withdrawn_at=None
    ).update(withdrawn_at=at)
    if not withdrawn:
        raise NotFound(kind="rule")
    journal.write("rule.unsigned", kind="rule", at=at, rule=code, version=version, role=role)


@action
def say_of_ourselves(
    *,
    nis2_scope: bool | None,
    critical_entity: bool | None,
    at: datetime,
    nis2_category: str = "",
    supervisor: str = "",
    since: date | None = None,
    source: str = "",
) -> None:
    """Say for the organisation what rules ask for, since when and on whose word.

    Raises Refused without the act `administer` or `speak`, Invalid.
    """
    actor = current_actor()
    if actor.organisation is None or not (actor.may("administer") or actor.may("speak")):
        raise Refused(_("Only who administers or speaks for the organisation says this."))
    supervisor, source = supervisor.strip(), source.strip()
    problems = []
    if nis2_category not in ("", *CATEGORIES) or (nis2_category and nis2_scope is not True):
        problems.append(Problem("nis2_category", _("Essential or important goes with being in scope.")))
    for name, text in (("supervisor", supervisor), ("source", source)):
        if len(text) > SAID_LONGEST or unreadable(text):
            problems.append(Problem(name, _("Write at most 160 characters.")))
    if since is not None and since > at.date():
        problems.append(Problem("since", _("This lies ahead. Say what holds today.")))
    if problems:
        raise Invalid(problems)
    OrganisationFact.objects.update_or_create(
        organisation_id=actor.organisation,
        defaults={
            "nis2_scope": nis2_scope,
            "critical_entity": critical_entity,
            "nis2_category": nis2_category,
            "supervisor": supervisor,
            "since": since,
            "source": source,
            "set_by_id": actor.person,
            "set_at": at,
        },
    )
    said = {True: "yes", False: "no", None: "unknown"}
    journal.write(
        "organisation.facts", at=at, nis2=nis2_category or said[nis2_scope], critical=said[critical_entity],
        since=since.isoformat() if since else "always",
    )  # fmt: skip


def _without_clock(about: Proposal | DueForm) -> None:
    """Raise Conflict for what has a clock: what was sent is recorded there, with its text, and nowhere else."""
    if about.clock if isinstance(about, DueForm) else about.way == "clock":
        raise Conflict(WHY_NOT["clock"])


def _held(report: UUID, token: str, *, act: str = "change") -> tuple[Record, Proposal | DueForm]:
    """Return the envelope, locked, and what the token names in its plan as it is now. Raises NotFound, Refused."""
    record, _row = held(report, act)
    if record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    return record, named(plan(shown([report])[0]), token, report)


def named(made: Plan, token: str, report: UUID) -> Proposal | DueForm:
    """Return what a token names in a plan. Raises NotFound."""
    known: list[Proposal | DueForm] = [*made.proposals, *(form for form in made.forms if form.own)]
    found = next((one for one in known if one.token == token), None)
    if found is None:
        raise NotFound(kind="report", record=report)
    return found

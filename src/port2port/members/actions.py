"""Writes about people and their access: invite, accept, roles, verification, review, leaving. Each journals itself."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.members.acting import action, current_actor, translated
from port2port.members.identity import create_account
from port2port.members.models import AccessReview, Account, Facility, Invitation, Membership, Organisation, Person
from port2port.members.people_queries import (
    account_with,
    administrator,
    administrators,
    latest_review,
    memberships,
    own_organisation,
    pending_invitations,
    waits_for,
)
from port2port.members.roles import ROLES, Act
from port2port.members.rules import (
    INVITATION_LASTS,
    ROLES_FOR_PEOPLE,
    VERIFICATION_LASTS_AT_MOST,
    VERIFICATIONS,
    added_roles,
    needs_second_administrator,
)

LAST_ADMINISTRATOR = _(
    "The last administrator of an organisation stays. Give somebody else the role of administrator first."
)
SECOND_ADMINISTRATOR = _("You cannot widen your own access. Another administrator of your organisation does this.")


@action
def invite(
    *, name: str, email: str, language: str, roles: Collection[str], facility: UUID | None, at: datetime
) -> Invitation:
    """Invite a person to the own organisation; the worker makes the secret and sends it. Raises Invalid."""
    actor = administrator()
    organisation = own_organisation()
    email = email.strip().lower()
    problems = role_problems(roles, facility, organisation)
    if not name.strip():
        problems.append(Problem("name", _("Give the person's name.")))
    try:
        validate_email(email)
    except ValidationError:
        problems.append(Problem("email", _("Give an e-mail address, as in name@example.org.")))
    if any(pending.email == email for pending in pending_invitations(at)):
        problems.append(Problem("email", _("An invitation to this address is still open. Cancel it first.")))
    with connection.cursor() as cursor:
        cursor.execute("select 1 from members_addresses() where lower(email) = %s", [email])
        if cursor.fetchone():
            problems.append(Problem("email", _("This person is in your organisation already.")))
    if problems:
        raise Invalid(problems)
    made = Invitation(
        id=new_id(),
        organisation_id=organisation,
        email=email,
        name=name.strip()[:120],
        language=language,
        roles=sorted(roles),
        facility_id=facility,
        invited_by_id=actor.person,
        invited_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    made.save(force_insert=True)
    journal.write("member.invited", kind="invitation", at=at, invitation=made.id, roles=sorted(roles))
    app.configure_task("members.send_invitation").defer(invitation=str(made.id))
    return made


@action
def cancel_invitation(invitation: UUID, *, at: datetime) -> Invitation:
    """Take an invitation back: its link stops working at once. Raises NotFound."""
    administrator()
    found = next((one for one in pending_invitations(at) if one.id == invitation), None)
    if found is None:
        raise NotFound()
    Invitation.objects.filter(id=found.id).update(cancelled_at=at, secret_hash=None)
    journal.write("invitation.cancelled", kind="invitation", at=at, invitation=found.id)
    return found


@action
def accept_as_new(invitation: Invitation, *, name: str, password: str, at: datetime) -> Account:
    """Make the person, the account and the membership of who holds the invitation. Scope `identity`. Raises Invalid."""
    person = Person(id=new_id(), kind="human", name=name.strip()[:120], language=invitation.language, joined_at=at)
    if not person.name:
        raise Invalid([Problem("name", _("Give your name."))])
    _use(invitation, person.id, at)
    person.save(force_insert=True)
    account = create_account(person.id, invitation.email, password)
    _join(invitation, person.id, at)
    return account


@action
def accept_as(invitation: Invitation, person: UUID, *, at: datetime) -> Membership:
    """Give a person who is here already a membership in another organisation. Scope `identity`. Raises Refused."""
    account = account_with(invitation.email)
    if account is None or account.person_id != person:
        raise Refused(_("This invitation was sent to another address. Sign in with that one."))
    _use(invitation, person, at)
    return _join(invitation, person, at)


@action
def change_roles(person: UUID, *, roles: Collection[str], facility: UUID | None, at: datetime) -> None:
    """Set what a person may do in the own organisation, and where. Raises Invalid, Refused, Conflict, NotFound."""
    actor, row, rows = _colleague(person)
    problems = role_problems(roles, facility, row.organisation_id)
    if problems:
        raise Invalid(problems)
    added = added_roles(row.roles, roles)
    if added and needs_second_administrator(by=actor.person, person=person, administrators=administrators(rows)):
        raise Refused(SECOND_ADMINISTRATOR)
    with last_administrator_stays():
        Membership.objects.filter(id=row.id).update(roles=sorted(roles), facility=facility, reviewed_at=at)
    journal.write("member.roles", kind="member", at=at, person=person, roles=sorted(roles), before=sorted(row.roles))
    finish_review(at=at)


@action
def confirm_verification(person: UUID, *, kind: str, on: date, until: date, at: datetime) -> None:
    """Confirm that a person was verified, until a day: from now on they read AMBER. Outcome and dates only are kept."""
    actor, row, rows = _colleague(person)
    problems = []
    if kind not in VERIFICATIONS:
        problems.append(Problem("kind", _("Choose which verification it was.")))
    if on > at.date():
        problems.append(Problem("on", _("This day is still to come.")))
    if until <= at.date():
        problems.append(Problem("until", _("It must hold beyond today.")))
    elif until - on > VERIFICATION_LASTS_AT_MOST:
        problems.append(Problem("until", _("A verification holds for five years at most.")))
    if problems:
        raise Invalid(problems)
    if needs_second_administrator(by=actor.person, person=person, administrators=administrators(rows)):
        raise Refused(SECOND_ADMINISTRATOR)
    Membership.objects.filter(id=row.id).update(
        verified_at=datetime.combine(on, time(), UTC), verified_until=until, verified_by_id=actor.person
    )
    journal.write("member.verified", kind="member", reason=kind, at=at, person=person, until=until.isoformat())


@action
def withdraw_verification(person: UUID, *, at: datetime) -> None:
    """Take the confirmation back: nothing from AMBER on is seen any more, open screens included."""
    _actor, row, _rows = _colleague(person)
    Membership.objects.filter(id=row.id).update(verified_at=None, verified_until=None, verified_by_id=None)
    journal.write("member.verification_withdrawn", kind="member", at=at, person=person)


@action
def keep_access(person: UUID, *, at: datetime) -> None:
    """Confirm in the review that a person still needs what they have."""
    _actor, row, _rows = _colleague(person)
    Membership.objects.filter(id=row.id).update(reviewed_at=at)
    journal.write("access.kept", kind="member", at=at, person=person)
    finish_review(at=at)


@action
def remove_person(person: UUID, *, heir: UUID | None, at: datetime) -> int:
    """Take a person out at once: membership, sessions, tokens; the heir reads what only they could read.

    Returns how many records passed to the heir. Raises Invalid for the heir, Conflict for the last administrator.
    """
    _actor, _row, rows = _colleague(person)
    if heir is None or heir == person or heir not in {row.person_id for row in rows}:
        raise Invalid([Problem("heir", _("Choose a colleague who takes over."))])
    with connection.cursor() as cursor, last_administrator_stays():
        cursor.execute("select members_leave(%s, %s)", [person, heir])
        cursor.execute("select sharing_inherit(%s, %s)", [person, heir])
        moved: int = cursor.fetchone()[0]
    journal.write("member.left", kind="member", at=at, person=person, heir=heir, records=moved)
    finish_review(at=at)
    return moved


@action
def close_organisation(organisation: Organisation, *, heir: UUID | None, at: datetime) -> int:
    """A whole organisation leaves: its people are out, its records pass to the heir. Returns how many."""
    actor = current_actor()
    if not actor.may(Act.OPERATE):
        raise Refused(_("Only an operator of the platform does this."))
    others = Organisation.objects.filter(left_at=None).exclude(id=organisation.id)
    if heir is None or not others.filter(id=heir).exists():
        raise Invalid([Problem("heir", _("Choose the organisation that takes over."))])
    with connection.cursor() as cursor:
        cursor.execute("select members_close_organisation(%s, %s)", [organisation.id, heir])
        moved: int = cursor.fetchone()[0]
    journal.write("organisation.left", kind="organisation", at=at, left=organisation.id, heir=heir, records=moved)
    return moved


def finish_review(*, at: datetime) -> None:
    """Close the access review when everybody in it has been decided on."""
    review = latest_review()
    if review is None or review.done_at is not None or waits_for(review, memberships()):
        return
    AccessReview.objects.filter(id=review.id).update(done_at=at, done_by=current_actor().person)
    journal.write("review.done", kind="review", at=at, review=review.id, quarter=review.quarter.lower())


def role_problems(roles: Collection[str], facility: UUID | None, organisation: UUID) -> list[Problem]:
    """Return what is wrong with these roles in this organisation."""
    problems = []
    if not roles or not set(roles) <= set(ROLES_FOR_PEOPLE):
        problems.append(Problem("roles", _("Choose at least one role.")))
    if "operator" in roles and not Organisation.objects.filter(id=organisation, kind="platform_operator").exists():
        problems.append(Problem("roles", _("Only the organisations that run the platform have operators.")))
    if facility is not None and not Facility.objects.filter(id=facility, operator=organisation).exists():
        problems.append(Problem("facility", _("Your organisation does not operate this facility.")))
    if facility is None and ROLES["facility_security_officer"].code in roles:
        problems.append(Problem("facility", _("Say of which facility this person is the security officer.")))
    return problems


@contextmanager
def last_administrator_stays() -> Iterator[None]:
    """Say in words what the database's guard refused (PP409), also when two administrators act at once."""
    try:
        with translated():
            yield
    except Conflict as refused:
        raise Conflict(LAST_ADMINISTRATOR) from refused


def _colleague(person: UUID) -> tuple[Any, Membership, list[Membership]]:
    actor = administrator()
    rows = memberships()
    row = next((row for row in rows if row.person_id == person), None)
    if row is None:
        raise NotFound()
    return actor, row, rows


def _use(invitation: Invitation, person: UUID, at: datetime) -> None:
    """Mark it used before anything is made: two browsers with the same link make one person."""
    open_still = Invitation.objects.select_for_update().filter(
        id=invitation.id, accepted_at=None, cancelled_at=None, expires_at__gt=at
    )
    if not open_still.exists():
        raise NotFound()
    if Membership.objects.filter(person=person, organisation=invitation.organisation_id, until=None).exists():
        raise Conflict(_("You are in this organisation already."))
    Invitation.objects.filter(id=invitation.id).update(accepted_at=at, secret_hash=None)


def _join(invitation: Invitation, person: UUID, at: datetime) -> Membership:
    made = Membership(
        id=new_id(),
        person_id=person,
        organisation_id=invitation.organisation_id,
        roles=invitation.roles,
        facility_id=invitation.facility_id,
        since=at,
    )
    made.save(force_insert=True)
    Invitation.objects.filter(id=invitation.id).update(accepted_by=person)
    journal.write(
        "invitation.accepted", kind="invitation", at=at, invitation=invitation.id, person=person, membership=made.id
    )
    return made

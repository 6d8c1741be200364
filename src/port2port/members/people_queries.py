"""Reads for those who administer the own organisation: people, invitations, the access review; no other's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.base.errors import NotFound, Refused
from port2port.members.acting import Actor, current_actor
from port2port.members.models import AccessReview, Account, Facility, Invitation, Membership
from port2port.members.queries import called, role_titles
from port2port.members.roles import Act
from port2port.members.rules import Need, Review, administers, awaits_decision, is_verified, review_state


@dataclass(frozen=True)
class PersonRow:
    """A person of the organisation as an administrator sees them."""

    id: UUID
    name: str
    email: str
    roles: tuple[str, ...]
    titles: tuple[str, ...]
    facility: str
    facility_id: UUID | None
    since: datetime
    verified_at: datetime | None
    verified_until: date | None
    verified: bool
    verified_by: str
    second_factor: bool
    reviewed_at: datetime | None
    administers: bool
    me: bool


@dataclass(frozen=True)
class ReviewNow:
    """The newest access review: whom it still waits for."""

    review: AccessReview
    state: Review
    opened_at: datetime
    waiting: list[PersonRow]
    decided: list[PersonRow]


def administrator() -> Actor:
    """Return who acts, if it administers the organisation it acts for. Raises Refused."""
    actor = current_actor()
    if actor.organisation is None or not actor.may(Act.ADMINISTER):
        raise Refused(_("This is for the administrators of an organisation."))
    return actor


def own_organisation() -> UUID:
    """Return the organisation one acts for. Raises Refused for whoever acts for none."""
    organisation = current_actor().organisation
    if organisation is None:
        raise Refused(_("You act for no organisation."))
    return organisation


def memberships() -> list[Membership]:
    """Return the current memberships of humans in the own organisation."""
    return list(
        Membership.objects.filter(organisation_id=own_organisation(), until=None, person__kind="human")
        .select_related("person", "facility", "verified_by")
        .order_by("person__name", "id")
    )


def people(today: date) -> list[PersonRow]:
    """Return the people of the own organisation. Two queries, however many there are."""
    actor = administrator()
    with connection.cursor() as cursor:
        cursor.execute("select person, email, has_second_factor from members_addresses()")
        addresses = {person: (email, factor) for person, email, factor in cursor.fetchall()}
    return [_row(one, addresses.get(one.person_id, ("", False)), actor.person, today) for one in memberships()]


def person(identifier: UUID, today: date) -> PersonRow:
    """Return one person of the own organisation. Raises NotFound for anyone else."""
    found = next((row for row in people(today) if row.id == identifier), None)
    if found is None:
        raise NotFound()
    return found


def administrators(rows: Iterable[Membership]) -> set[UUID]:
    """Return who administers, among these memberships."""
    return {row.person_id for row in rows if administers(row.roles)}


def own_facilities() -> list[Facility]:
    """Return the facilities the own organisation operates: who works where."""
    return list(Facility.objects.filter(operator=own_organisation()).order_by("number"))


def pending_invitations(at: datetime) -> list[Invitation]:
    """Return the invitations of the own organisation that can still be accepted, newest first."""
    return list(
        Invitation.objects.filter(
            organisation_id=own_organisation(), accepted_at=None, cancelled_at=None, expires_at__gt=at
        ).order_by("-invited_at")
    )


def hashed_secret(secret: str) -> bytes:
    """Return what the table holds of an invitation's secret."""
    return sha256(secret.encode()).digest()


def invitation(secret: str, at: datetime) -> Invitation:
    """Return the open invitation with this secret (scope `identity`). Raises NotFound for all others alike."""
    found = (
        Invitation.objects.select_related("organisation", "facility")
        .filter(
            secret_hash=hashed_secret(secret),
            accepted_at=None,
            cancelled_at=None,
            expires_at__gt=at,
            organisation__left_at=None,
        )
        .first()
    )
    if found is None:
        raise NotFound(_("This invitation has been used, was cancelled, or is too old. Ask for a new one."))
    return found


def account_with(email: str) -> Account | None:
    """Return the account of an address; asked in the scope `identity`, for who holds an invitation to that address."""
    return Account.objects.select_related("person").filter(email__iexact=email).first()


def opened_at(review: AccessReview) -> datetime:
    """Return when a review was opened: the moment in its UUIDv7 (RFC 9562 section 5.7)."""
    return datetime.fromtimestamp((review.id.int >> 80) / 1000, UTC)


def latest_review() -> AccessReview | None:
    """Return the newest access review of the own organisation."""
    return AccessReview.objects.filter(organisation_id=own_organisation()).order_by("-quarter").first()


def waits_for(review: AccessReview, rows: Iterable[Membership]) -> list[Membership]:
    """Return the memberships that a review still waits for."""
    opened = opened_at(review)
    return [row for row in rows if awaits_decision(joined=row.since, reviewed=row.reviewed_at, opened=opened)]


def review_now(today: date) -> ReviewNow | None:
    """Return the newest access review with its people, or None before the first one."""
    administrator()
    review = latest_review()
    if review is None:
        return None
    opened = opened_at(review)
    rows = [row for row in people(today) if row.since <= opened]
    waiting = [row for row in rows if awaits_decision(joined=row.since, reviewed=row.reviewed_at, opened=opened)]
    state = review_state(done=review.done_at is not None, due=review.due, today=today)
    if state is Review.DONE:
        waiting = []
    return ReviewNow(review, state, opened, waiting, [row for row in rows if row not in waiting])


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits for this administrator, for the home page: the access review, verifications that end."""
    if actor.organisation is None or not actor.may(Act.ADMINISTER):
        return []
    found: list[Need] = []
    today = at.date()
    rows = memberships()
    review = latest_review()
    if review is not None and review.done_at is None:
        count = len(waits_for(review, rows))
        state = review_state(done=False, due=review.due, today=today)
        found.append(
            Need(
                title=ngettext(
                    "%(n)d person's access to confirm", "%(n)d people's access to confirm", count
                ) % {"n": count},
                text=_("Access review %(quarter)s") % {"quarter": review.quarter},
                href=reverse("members:review"),
                action=_("Review access"),
                due=review.due,
                overdue=state is Review.OVERDUE,
            )
        )  # fmt: skip
    unverified = [row for row in rows if not is_verified(row.verified_until, today)]
    if unverified:
        count = len(unverified)
        found.append(
            Need(
                title=ngettext(
                    "%(n)d person cannot read AMBER yet", "%(n)d people cannot read AMBER yet", count
                ) % {"n": count},
                text=_("Their verification is not confirmed, or it has ended."),
                href=reverse("members:people"),
                action=_("Look at verifications"),
            )
        )  # fmt: skip
    return found


def _row(row: Membership, address: tuple[str, bool], me: UUID, today: date) -> PersonRow:
    return PersonRow(
        id=row.person_id,
        name=row.person.name,
        email=address[0],
        roles=tuple(row.roles),
        titles=role_titles(row.roles),
        facility=called(row.facility.names) if row.facility else "",
        facility_id=row.facility_id,
        since=row.since,
        verified_at=row.verified_at,
        verified_until=row.verified_until,
        verified=is_verified(row.verified_until, today),
        verified_by=row.verified_by.name if row.verified_by else "",
        second_factor=address[1],
        reviewed_at=row.reviewed_at,
        administers=administers(row.roles),
        me=row.person_id == me,
    )

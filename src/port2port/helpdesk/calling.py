"""The functions of the help desk's policy, called from Python: one place that knows their names and arguments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, NotFound, Problem
from port2port.base.finding.indexing import search_words
from port2port.helpdesk.models import Desk
from port2port.helpdesk.queries import CASE
from port2port.helpdesk.rules import Draft, title_of
from port2port.helpdesk.vocabulary import topic
from port2port.reports.defaults import default_terms
from port2port.sharing import legal_basis

EVERY_THREAT = "*"


@dataclass(frozen=True)
class Submitted:
    """What became of a question: its id, whether it is new, when it came in, whether it says the same as before."""

    record: UUID
    fresh: bool
    at: datetime
    same: bool


def desk_for(port: UUID | None) -> Desk:
    """Return the desk that serves a port, else the national one. Raises Invalid when the network has none."""
    desks = list(Desk.objects.filter(closed_at=None).select_related("organisation"))
    for desk in desks:
        if port is not None and port in desk.ports:
            return desk
    for desk in desks:
        if desk.national:
            return desk
    raise Invalid([Problem("port", _("There is no help desk here yet."))])


def submit(
    draft: Draft,
    desk: Desk,
    *,
    port: UUID | None,
    personal_data: str,
    receipt: bytes | None,
    provenance: str = "member",
) -> Submitted:
    """Bring a question to a desk, on the terms of the desk's organisation, which looks after it."""
    terms = default_terms(
        EVERY_THREAT, organisation_kind=desk.organisation.kind, public=desk.organisation.public,
        personal_data=personal_data,
    )  # fmt: skip
    days = legal_basis.retention_days(CASE, purpose=terms.purpose, personal_data=personal_data)
    title = title_of(draft.text)
    words = search_words(opening_words(draft.text, draft.topic), title)
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from helpdesk_submit(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(desk.id, port, draft.topic, title, draft.language, draft.text, words),
                *(terms.purpose, terms.legal_basis, personal_data, days, receipt, provenance),
            ],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return Submitted(*row)


def opening_words(text: str, topic_code: str) -> str:
    """Return what a case is found by from the start: what was asked, and its topic in every language."""
    return " ".join((text, *topic(topic_code).names.values()))


def act(case: UUID, what: str, *, text: str = "", circle: UUID | None = None) -> UUID:
    """Say or do something in a case; returns the message's id. The words of a note are not to be found by others."""
    words = "" if what == "note" else search_words(text)
    with connection.cursor() as cursor:
        cursor.execute("select helpdesk_act(%s, %s, %s, %s, %s)", [case, what, text, words, circle])
        said: UUID = cursor.fetchone()[0]
        return said

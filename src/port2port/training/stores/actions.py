"""What administrators do with a record store: say where it is, change that, pause, let it be tried, end it; and a file
of statements, for who trains."""

from datetime import UTC, datetime

import msgspec
from django.conf import settings
from django.utils import timezone

from port2port.alerts.delivery.senders import reach
from port2port.base import journal, rows
from port2port.base.errors import Invalid, NotFound
from port2port.base.ids import new_id
from port2port.members.acting import action
from port2port.members.people_queries import administrator
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.training.stores import queries
from port2port.training.stores.models import RecordStore
from port2port.training.stores.rules import Plan, plan_problems, statement
from port2port.training.stores.sending import sealed

KIND = "record_store"
BEFORE = datetime(2000, 1, 1, tzinfo=UTC)  # before there was anything to tell


@action
def keep_store(plan: Plan, *, at: datetime) -> RecordStore:
    """Say where the organisation's record store is and what goes there; what happened before goes there only if asked
    for at the beginning. Raises Refused, Invalid.

    That somebody failed is told of attempts begun from the moment on at which this was said.
    """
    actor = administrator()
    assert actor.organisation is not None  # who administers has a hat of an organisation
    found = RecordStore.objects.defer("secret").filter(organisation=actor.organisation).first()
    problems = plan_problems(
        plan, kept=found is not None and found.way == plan.way, allow_private=reach().allow_private
    )  # fmt: skip
    if problems:
        raise Invalid(problems)
    said = {
        "url": plan.url, "way": plan.way, "version": plan.version, "actor": plan.actor, "due_at": at, "failures": 0,
        "code": "",
    }  # fmt: skip
    if plan.secret:
        said["secret"] = sealed(plan.user, plan.secret)
    if found is None:
        said["failed_from"] = at if plan.failed else None
        said["since"] = BEFORE if plan.earlier else at
        RecordStore(
            organisation_id=actor.organisation, made_by_id=actor.person, made_at=at, **said
        ).save(force_insert=True)  # fmt: skip
    else:
        said["failed_from"] = (found.failed_from or at) if plan.failed else None
        RecordStore.objects.filter(organisation=actor.organisation).update(**said)
    journal.write("record_store.kept", kind=KIND, at=at, known_by=plan.actor, failed=plan.failed)
    return RecordStore.objects.defer("secret").get(organisation=actor.organisation)


@action
def pause_store(*, paused: bool, at: datetime) -> None:
    """Let nothing go, or let it go on with what waited. Raises Refused, NotFound."""
    _own(paused_at=at if paused else None, due_at=at)
    journal.write("record_store.paused" if paused else "record_store.resumed", kind=KIND, at=at)


@action
def try_store(*, at: datetime) -> None:
    """Let the worker try it within a minute, however long it would have waited. Raises Refused, NotFound."""
    _own(due_at=at)


@action
def end_store(*, at: datetime) -> None:
    """Take the store off; what still waits goes nowhere, and what went there stays there. Raises Refused, NotFound."""
    actor = administrator()
    found = RecordStore.objects.filter(organisation=actor.organisation).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(kind=KIND)
    rows.delete(RecordStore, found)
    journal.write("record_store.ended", kind=KIND, at=at)


@action
def statements_file(*, at: datetime) -> File:
    """Return the statements about the people whom the actor trains as a file, a JSON list as a store takes it: the same
    ids as those that are sent. Raises Refused without the act `export`, or for who trains nobody.
    """
    exports.taker()
    found = [statement(one, site=settings.SITE_URL) for one in queries.facts(on=timezone.localdate(at))]
    export = new_id()
    exports.remember(export, kind="statement", form="json", records=(), at=at)
    name = f"statements-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.json"
    return File(name, msgspec.json.format(msgspec.json.encode(found), indent=1), len(found))


def _own(**changes: datetime | None) -> None:
    actor = administrator()
    if not RecordStore.objects.filter(organisation=actor.organisation).update(**changes):
        raise NotFound(kind=KIND)

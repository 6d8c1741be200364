"""Where an organisation's learning record store is, and which statements went there; see `training/sql/stores.sql`."""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person
from port2port.training.courses.models import Attempt, Completion
from port2port.training.stores.rules import ACTORS, LONGEST, STATES, VERSIONS, WAYS


class RecordStore(models.Model):
    """The store of an organisation, as its administrators said. `secret` is sealed and in no grant.

    `actor`: by what a person is known there. `since`: from which moment on is told what happened. `failed_from`: since
    when it is told who failed; None: it is not. `due_at`: when it is tried next; `code`: what went wrong at the last
    try, empty when nothing did.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="+")
    url = models.CharField(max_length=LONGEST["url"])
    way = models.CharField(max_length=6)
    secret = models.BinaryField()
    version = models.CharField(max_length=6)
    actor = models.CharField(max_length=7)
    since = models.DateTimeField()
    failed_from = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=WAYS) & Q(actor__in=ACTORS) & Q(version__in=VERSIONS),
                name="training_recordstore_known",
            )
        ]


class ToldStatement(models.Model):
    """A statement on its way, or gone: its id is the statement's for ever. `body`: until the store has taken it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(RecordStore, models.CASCADE, related_name="told", db_index=False)
    verb = models.CharField(max_length=20)
    completion = models.ForeignKey(Completion, models.CASCADE, null=True, related_name="+")
    attempt = models.ForeignKey(Attempt, models.CASCADE, null=True, related_name="+")
    body = models.TextField()
    state = models.CharField(max_length=7, default="waiting")
    code = models.CharField(max_length=64, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="training_toldstatement_state"),
            models.CheckConstraint(
                condition=Q(completion__isnull=False, attempt=None) | Q(completion=None, attempt__isnull=False),
                name="training_toldstatement_about",
            ),
        ]
        indexes = [models.Index(fields=["store", "at"], name="training_told_waiting", condition=Q(state="waiting"))]

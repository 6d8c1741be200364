"""Requests, what was done about them and what was found; breaches and what was done about them.

Steps are never changed. No envelope stands behind these rows, since nobody chooses who reads them: the desk of one
organisation does, by the role of its data-protection officer (`sql/desk.sql`).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person

DECISIONS = ("", "given", "withheld", "asked")


class Request(models.Model):
    """A request of somebody about the own data, or for openness. `sealed`: who asks, and what, for the desk alone.

    `sealed` goes when the time for it is over (`erased_at`); the rest proves that the desk answered, until
    `kept_until`. `due`: what was worked out at the last step.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    received_at = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=10)
    due = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    erase_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True)
    invented = models.BooleanField(default=False)

    class Meta:
        db_table = "governance_request"
        constraints = [
            models.CheckConstraint(
                name="governance_request_state",
                condition=Q(state="open", closed_at=None, erase_at=None, kept_until=None, sealed__isnull=False)
                | Q(state="closed", closed_at__isnull=False, erase_at__isnull=False, kept_until__isnull=False),
            ),
            models.CheckConstraint(
                name="governance_request_erased", condition=Q(erased_at=None) | Q(sealed=None, state="closed")
            ),
        ]


class RequestStep(models.Model):
    """What the desk did. `code`: how the identity was checked, or the ground; `sealed`: the reason, the letter."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(Request, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    act = models.CharField(max_length=12)
    code = models.CharField(max_length=40, default="")
    number = models.PositiveIntegerField(null=True)
    sealed = models.BinaryField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "governance_requeststep"


class Trace(models.Model):
    """Where something of the person was found: which table and row, and from when; never what stands there.

    `number`: how many rows, where a person's own doings are counted instead of named.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(Request, models.CASCADE, related_name="traces")
    place = models.CharField(max_length=63)
    row = models.CharField(max_length=64, default="")
    at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField()
    decision = models.CharField(max_length=8, default="")
    ground = models.CharField(max_length=40, default="")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "governance_trace"
        constraints = [
            models.UniqueConstraint(name="governance_trace_once", fields=["request", "place", "row"]),
            models.CheckConstraint(name="governance_trace_decision", condition=Q(decision__in=DECISIONS)),
            models.CheckConstraint(
                name="governance_trace_ground",
                condition=(Q(decision="withheld") & ~Q(ground="")) | (~Q(decision="withheld") & Q(ground="")),
            ),
        ]


class Breach(models.Model):
    """A breach of personal data on the platform, as one organisation records it (GDPR, article 33(5)).

    `aware_at`: when that organisation knew of it. `told`: organisations that it was told to, each of which records its
    own; `heard_of`: the record of whoever told this one. What was done stands in its steps.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    nature = ArrayField(models.CharField(max_length=20))
    what = models.TextField()
    happened_at = models.DateTimeField(null=True)
    aware_at = models.DateTimeField()
    persons = models.PositiveIntegerField(null=True)
    records = models.PositiveIntegerField(null=True)
    processings = ArrayField(models.CharField(max_length=40), default=list)
    consequences = models.TextField(default="")
    measures = models.TextField(default="")
    told = ArrayField(models.UUIDField(), default=list)
    heard_of = models.UUIDField(null=True)
    due = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    invented = models.BooleanField(default=False)

    class Meta:
        db_table = "governance_breach"
        constraints = [
            models.UniqueConstraint(
                name="governance_breach_heard_once", fields=["organisation", "heard_of"],
                condition=Q(heard_of__isnull=False),
            )
        ]  # fmt: skip


class BreachStep(models.Model):
    """What was done about a breach. `code`: the item of the checklist, the risk; `text`: why, or the reference."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    breach = models.ForeignKey(Breach, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    act = models.CharField(max_length=12)
    code = models.CharField(max_length=40, default="")
    text = models.TextField(default="")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "governance_breachstep"

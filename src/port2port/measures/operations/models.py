"""Operations and aid; the envelope (`sharing.Record`) says whose they are and who sees them.

No column of a state stands in a grant: states are turned by the functions in `measures/sql`.
"""

from django.db import models
from django.db.models import F, Q

from port2port.base.ids import new_id
from port2port.measures.operations.rules import OFFER_STATES, STATES
from port2port.members.models import Organisation, Person, Port
from port2port.sharing.models import Record


class Operation(models.Model):
    """The same window at several ports. Until it runs, exactly those who take part see it."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="operation")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    plan = models.TextField()
    language = models.CharField(max_length=2)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="planned")
    turned_at = models.DateTimeField(null=True)  # into its state
    why = models.TextField(default="")  # it was called off
    learned = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=STATES) & Q(ends_at__gt=F("starts_at")), name="measures_operation_window"
            ),
            models.CheckConstraint(
                condition=(~Q(state="called_off") | Q(why__regex=r"\S"))
                & (~Q(state="evaluated") | Q(learned__regex=r"\S")),
                name="measures_operation_said",
            ),
        ]


class Participation(models.Model):
    """An organisation asked to take part at a port; it answers for itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operation = models.ForeignKey(Operation, models.CASCADE, related_name="parts", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    port = models.ForeignKey(Port, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, default="asked")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "organisation", "port"], name="measures_participation_once"),
            models.CheckConstraint(
                condition=Q(answer="asked", person=None, answered_at=None)
                | Q(answer__in=["accepted", "declined"], person__isnull=False, answered_at__isnull=False),
                name="measures_participation_answer",
            ),
        ]


class Entry(models.Model):
    """What somebody counted on a day at a port; the sum of a day's entries is what was checked or found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operation = models.ForeignKey(Operation, models.CASCADE, related_name="entries")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    port = models.ForeignKey(Port, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    day = models.DateField()
    kind = models.CharField(max_length=40)
    found = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=7, decimal_places=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="measures_entry_amount")]
        indexes = [models.Index(fields=["day", "port"], name="measures_entry_day", condition=Q(found=False))]


class FoundReport(models.Model):
    """A report of what an operation found; seen by who sees both."""

    pk = models.CompositePrimaryKey("operation_id", "report_id")
    operation = models.ForeignKey(Operation, models.CASCADE, related_name="reports", db_index=False)
    report = models.ForeignKey(Record, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()


class Aid(models.Model):
    """What an organisation asks of others for a time. `covered`: how many it has accepted, kept by the database."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="aid")
    kind = models.CharField(max_length=40)
    what = models.CharField(max_length=400, default="")
    amount = models.PositiveSmallIntegerField()
    covered = models.PositiveSmallIntegerField(default=0)
    where = models.CharField(max_length=200)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    why = models.TextField()
    language = models.CharField(max_length=2)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__gt=F("from_at")) & Q(amount__gte=1), name="measures_aid_window"
            )
        ]
        indexes = [models.Index(fields=["until_at"], name="measures_aid_until")]


class Offer(models.Model):
    """What an organisation lends for an aid request; between it and who asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    aid = models.ForeignKey(Aid, models.CASCADE, related_name="offers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    amount = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=400, default="")
    state = models.CharField(max_length=10, default="offered")
    accepted = models.PositiveSmallIntegerField(default=0)
    turned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OFFER_STATES) & Q(amount__gte=1) & Q(accepted__lte=F("amount")),
                name="measures_offer_amount",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "on_way", "returned"]) | Q(accepted__gte=1),
                name="measures_offer_accepted",
            ),
        ]

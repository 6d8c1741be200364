"""Desks, cases, what was said in them, receipts, lessons. The envelope says whose a case is and who sees it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.helpdesk.rules import ACTS, SIDES, STATES
from port2port.members.models import Circle, Organisation, Person
from port2port.sharing.models import Record


class Desk(models.Model):
    """A help desk: a fact of the network, loaded by the owner from data. `circle`: who reads what comes in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    names = models.JSONField()
    ports = ArrayField(models.UUIDField())
    national = models.BooleanField()
    first_answer_hours = models.PositiveIntegerField()
    closing_hours = models.PositiveIntegerField()
    closed_at = models.DateTimeField(null=True)


class Case(models.Model):
    """A question or concern. `company`: the member that asks; none for a sender from outside, who holds a receipt.

    Every column but `lesson` is written by the functions of `sql/policy.sql` alone. `lesson` leads one way.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="helpdesk_case")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    topic = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=9)
    state_at = models.DateTimeField()
    holder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    first_answer_due = models.DateTimeField()
    closing_due = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    lesson = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="helpdesk_case_state"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | ~Q(state="closed") & Q(closed_at=None),
                name="helpdesk_case_closed",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="helpdesk_case_open", condition=~Q(state="closed"))]


class Message(models.Model):
    """One thing said or done in a case. `internal`: for the organisation that wrote it alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="messages", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=8)
    side = models.CharField(max_length=6)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.TextField()
    internal = models.BooleanField()
    circle = models.ForeignKey(Circle, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(act__in=ACTS, side__in=SIDES), name="helpdesk_message_act")]
        indexes = [models.Index(fields=["case", "at"], name="helpdesk_message_case")]


class Receipt(models.Model):
    """What a sender from outside holds, hashed: the code of a case, or the form of one further message.

    In no grant: the functions alone read it.
    """

    hash = models.BinaryField(primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    opens = models.BooleanField()


class Lesson(models.Model):
    """What a case taught, without the company's particulars; it does not know the case. Its envelope says the rest."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="helpdesk_lesson")
    topic = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    question = models.TextField()
    answer = models.TextField()
    language = models.CharField(max_length=2)

"""Objectives, measures and their agreement; the envelope (`sharing.Record`) says whose they are and who sees them.

Adoption is kept in tables of its own (`adoption_models`): it is not seen with its measure.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person
from port2port.sharing.models import Record
from port2port.workgroups.models import Group


class Objective(models.Model):
    """What the network wants to change about a threat, and by what it will see that it has."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="objective")
    title = models.CharField(max_length=120)
    why = models.TextField()  # the threat, in words; its code stands on the envelope
    change = models.TextField()
    indicator = models.CharField(max_length=400)
    language = models.CharField(max_length=2)


class Measure(models.Model):
    """A joint measure, or one that was published about a port. Its text stands in its versions, the newest counts.

    `state` and `number` are turned by the database alone: see `sql/agreement.sql`.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="measure")
    objective = models.ForeignKey(Objective, models.SET_NULL, null=True, related_name="measures")
    state = models.CharField(max_length=12)
    number = models.PositiveIntegerField(default=1)  # of the newest version
    category = models.CharField(max_length=40, default="")
    agreed_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    retired_why = models.CharField(max_length=400, default="")
    source_name = models.CharField(max_length=160, default="")
    source_url = models.CharField(max_length=500, default="")
    source_confidence = models.CharField(max_length=10, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["published", "draft", "consultation", "agreed", "in_force", "retired"]),
                name="measures_measure_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | (~Q(source_url="") & ~Q(source_name="")),
                name="measures_measure_source",
            ),
        ]


class Version(models.Model):
    """A text of a measure. Frozen by the first position on it; `hash` is SHA-256 of its exact text (`rules`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=120)
    problem = models.TextField(default="")
    text = models.TextField()
    modi = ArrayField(models.CharField(max_length=4))
    phases = ArrayField(models.CharField(max_length=40))
    effort = models.CharField(max_length=10, default="")
    cost = models.CharField(max_length=10, default="")
    legal_basis = models.TextField(default="")
    isps = models.CharField(max_length=200, default="")
    evidence = models.TextField(default="")
    side_effects = models.TextField(default="")
    playbook = models.TextField(default="")
    contact = models.CharField(max_length=200, default="")
    hash = models.CharField(max_length=64, default="")  # set by the database
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "number"], name="measures_version_once")]


class Lineage(models.Model):
    """Where a proposal came from: copied from, merged from, or split off another measure."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="predecessors", db_index=False)
    predecessor = models.ForeignKey(Measure, models.CASCADE, related_name="successors")
    kind = models.CharField(max_length=6)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "predecessor"], name="measures_lineage_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["copied", "merged", "split"]) & ~Q(measure=models.F("predecessor")),
                name="measures_lineage_kind",
            ),
        ]


class Consultation(models.Model):
    """One version put to the members: in whose name, the rule as it was then, until when, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="consultations")
    version = models.OneToOneField(Version, models.CASCADE, related_name="consultation")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")  # in whose name, and by whose rule
    rule_number = models.PositiveIntegerField()  # the version of that group's rule; what it said stands beside it
    kind = models.CharField(max_length=9)
    fraction = models.CharField(max_length=7, default="")
    quorum = models.CharField(max_length=7)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure"], condition=Q(closed_at=None), name="measures_consultation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None)
                | Q(outcome__in=["agreed", "not_agreed", "superseded", "stopped"], closed_at__isnull=False),
                name="measures_consultation_outcome",
            ),
            models.CheckConstraint(
                condition=Q(kind="consensus", fraction="")
                | Q(kind="qualified", fraction__regex="^[1-9][0-9]{0,2}/[1-9][0-9]{0,2}$"),
                name="measures_consultation_rule",
            ),
            models.CheckConstraint(
                condition=Q(quorum__regex="^[0-9]{1,3}/[1-9][0-9]{0,2}$"), name="measures_consultation_quorum"
            ),
        ]


class Asked(models.Model):
    """An organisation that is asked for its position, fixed when the consultation began."""

    pk = models.CompositePrimaryKey("consultation_id", "organisation_id")
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="asked", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")


class Position(models.Model):
    """What an organisation says to one version: one position, changed until the consultation ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="positions", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    stance = models.CharField(max_length=11)
    reason = models.CharField(max_length=2000, default="")
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)  # of the text that was read
    entry = models.UUIDField()  # its entry in the journal

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "organisation"], name="measures_position_once"),
            models.CheckConstraint(
                condition=Q(stance__in=["agree", "abstain"])
                | (Q(stance__in=["reservation", "object"]) & Q(reason__regex=r"\S")),
                name="measures_position_stance",
            ),
        ]


class PastPosition(models.Model):
    """What a position was before it was changed; written by the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.ForeignKey(Position, models.CASCADE, related_name="past")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    stance = models.CharField(max_length=11)
    reason = models.CharField(max_length=2000)
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)
    entry = models.UUIDField()


class Comment(models.Model):
    """A remark without a position: of an observer, or of a member before it takes one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="comments")
    number = models.PositiveIntegerField()  # of the version it is about
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()


from port2port.measures.adoption_models import (  # noqa: E402 - tables of this app
    Adoption as Adoption,
)
from port2port.measures.adoption_models import Answer as Answer  # noqa: E402
from port2port.measures.adoption_models import PastAdoption as PastAdoption  # noqa: E402
from port2port.measures.adoption_models import Question as Question  # noqa: E402
from port2port.measures.adoption_models import Reminder as Reminder  # noqa: E402
from port2port.measures.operations import models as operation_models  # noqa: E402, F401 - tables of this app

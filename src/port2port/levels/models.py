"""Notices of security levels, what the concerned read of them, who acknowledged, what was done. All append-only.

A notice mirrors an official one: a later entry replaces or corrects it. Who sees what is the law's matter and not an
envelope's: see `sql/policy.sql`. `facilities` empty: the whole port.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from port2port.alerts.models import Alert
from port2port.base.ids import new_id
from port2port.members.models import Facility, Organisation, Person, Port


class Notice(models.Model):
    """That a level is set, from when, for what, and by which official notice. Known to all members.

    `concerned`: the facilities that must know, as they were when it was entered: those it covers, and those that what
    it replaces covered. `void`: what it corrects never held.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    port = models.ForeignKey(Port, models.PROTECT, related_name="+")
    facilities = ArrayField(models.UUIDField(), default=list)
    concerned = ArrayField(models.UUIDField(), default=list)
    level = models.PositiveSmallIntegerField()
    starts = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reference = models.CharField(max_length=80)
    exercise = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    void = models.BooleanField(default=False)
    alert = models.ForeignKey(Alert, models.SET_NULL, null=True, related_name="+")
    invented = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="levels_notice_level", condition=Q(level__in=[1, 2, 3])),
            models.CheckConstraint(name="levels_notice_time", condition=Q(until=None) | Q(until__gt=F("starts"))),
            models.CheckConstraint(name="levels_notice_void", condition=Q(void=False) | Q(corrects__isnull=False)),
        ]
        indexes = [models.Index(fields=["port", "starts"], name="levels_notice_port")]


class Order(models.Model):
    """What those concerned read of a notice: an instruction, the numbers of the checklist, when to have answered."""

    notice = models.OneToOneField(Notice, models.CASCADE, primary_key=True, related_name="order")
    text = models.CharField(max_length=1000, default="")
    language = models.CharField(max_length=2)
    numbers = ArrayField(models.PositiveSmallIntegerField(), default=list)
    answer_by = models.DateTimeField()


class Answer(models.Model):
    """That a facility knows of a notice, and since when. `relayed`: the port told it by other means and says so."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="answers", db_index=False)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    relayed = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="levels_answer_once", fields=["notice", "facility"])]


class Tick(models.Model):
    """A number of the checklist, done or not done, at a facility; the newest counts. Number 0: ships in port told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="ticks", db_index=False)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    done = models.BooleanField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["notice", "facility", "number", "id"], name="levels_tick_newest")]


class Checklist(models.Model):
    """The numbers that a port asks of its facilities at a level: never what stands in a plan. The newest counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    port = models.ForeignKey(Port, models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    numbers = ArrayField(models.PositiveSmallIntegerField(), default=list)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="levels_checklist_level", condition=Q(level__in=[1, 2, 3]))]
        indexes = [models.Index(fields=["port", "level", "id"], name="levels_checklist_newest")]


from port2port.levels.declarations.models import Declaration  # noqa: E402, F401 - a table of this app

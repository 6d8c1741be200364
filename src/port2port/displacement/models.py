"""What the monitor keeps: effort, runs with their results, warnings that came of them, signals of officers.

Whether a result may be read follows from what went into it (`sql/policy.sql`, decision 0031), so runs, and the warnings
that came of them, are no envelopes. A signal is somebody's word to chosen readers: it is one.
"""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person, Port
from port2port.sharing.models import Record


class Effort(models.Model):
    """How much was looked in one port and month by one kind of looking. Nothing told is no row; 0 is none made.

    `source`: typed in, imported from a file, or derived from operations.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    port = models.ForeignKey(Port, models.PROTECT, related_name="+")
    month = models.DateField()
    kind = models.CharField(max_length=20)
    amount = models.FloatField()
    source = models.CharField(max_length=8)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    invented = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["port", "month", "kind"], name="displacement_effort_once"),
            models.CheckConstraint(condition=Q(amount__gte=0, amount__lt=1e9), name="displacement_effort_amount"),
            models.CheckConstraint(condition=Q(month__day=1), name="displacement_effort_month"),
            models.CheckConstraint(
                condition=Q(source__in=["typed", "imported", "derived"]), name="displacement_effort_source"
            ),
        ]


class Run(models.Model):
    """One computation under one choice, with its result once it is there.

    `sight`: `released` (what all members may read) or `named` (with adoption that was not published, for those who
    read it by name). `fingerprint` tells the choice: the standing one was decided before the counts were looked at,
    every other is a variant tried after.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sight = models.CharField(max_length=8)
    choice = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    name = models.CharField(max_length=120, default="")
    kept = models.BooleanField(default=False)
    state = models.CharField(max_length=9, default="queued")
    step = models.CharField(max_length=40, default="")
    progress = models.PositiveSmallIntegerField(default=0)
    stop = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    problems = models.JSONField(default=list)
    result = models.JSONField(null=True)
    code_version = models.CharField(max_length=40, default="")
    invented = models.BooleanField(default=False)  # some of what was counted is of the demo

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sight__in=["released", "named"]), name="displacement_run_sight"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="displacement_run_state",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="displacement_run_progress"),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(state__in=["queued", "running"]), name="displacement_run_one"
            ),
        ]
        indexes = [
            models.Index(fields=["fingerprint", "-asked_at"], name="displacement_run_newest"),
            models.Index(fields=["sight", "-asked_at"], name="displacement_run_latest"),
        ]


class Warning(models.Model):
    """An early-warning signal of a run, waiting for an analyst; then what was decided, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="warnings")
    sight = models.CharField(max_length=8)
    port = models.ForeignKey(Port, models.PROTECT, related_name="+", db_index=False)
    method = models.CharField(max_length=20)
    month = models.DateField()
    evidence = models.JSONField()
    probability = models.FloatField(null=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=9, default="waiting")
    reason = models.CharField(max_length=1000, default="")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=11, default="")
    outcome_why = models.CharField(max_length=1000, default="")
    outcome_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    outcome_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sight", "port", "method", "month"], name="displacement_warning_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | Q(state__in=["released", "dismissed"], decided_at__isnull=False, reason__regex=r"\S"),
                name="displacement_warning_decided",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at=None)
                | (Q(outcome__in=["confirmed", "not", "cannot_tell"], outcome_at__isnull=False) & ~Q(state="waiting")),
                name="displacement_warning_outcome",
            ),
        ]


class WhatIf(models.Model):
    """One analyst's question where crime would go, asked of a run, and its answer: for who asked, and nobody else.

    `asked`: measures, ports and coverage, in per cent. An attack map too: it is in no list of others, no file, no mail.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="+", db_index=False)
    sight = models.CharField(max_length=8)
    asked = models.JSONField()
    state = models.CharField(max_length=9, default="queued")
    step = models.CharField(max_length=40, default="")
    progress = models.PositiveSmallIntegerField(default=0)
    stop = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    problems = models.JSONField(default=list)
    result = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sight__in=["released", "named"]), name="displacement_whatif_sight"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="displacement_whatif_state",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="displacement_whatif_progress"),
        ]
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="displacement_whatif_own"),
            models.Index(fields=["run"], name="displacement_whatif_run"),
        ]


class Signal(models.Model):
    """What an officer thinks moves, said before it can be known, and how sure; never changed."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="signal")
    origin = models.ForeignKey(Port, models.PROTECT, related_name="+", db_index=False)
    method = models.CharField(max_length=20)
    probability = models.PositiveSmallIntegerField()  # per cent
    why = models.CharField(max_length=2000)
    language = models.CharField(max_length=2)
    due = models.DateField()  # until when it will have shown

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(probability__range=(1, 99)), name="displacement_signal_probability")
        ]


class Score(models.Model):
    """What became of a signal, said by somebody else than who gave it; once."""

    signal = models.OneToOneField(Signal, models.CASCADE, primary_key=True, related_name="score")
    outcome = models.CharField(max_length=11)
    why = models.CharField(max_length=1000)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["confirmed", "not", "cannot_tell"], why__regex=r"\S"),
                name="displacement_score_outcome",
            )
        ]

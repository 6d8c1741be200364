"""Drills and exercises; the envelope (`sharing.Record`) says whose they are and who sees them.

What a player must not know stands in tables of its own: the script, the expected actions, injects before their release.
No column of a state stands in a grant: states are turned by the functions in `training/sql/exercises.sql`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.alerts.delivery.models import Subscription
from port2port.base.ids import new_id
from port2port.compliance.models import Happening
from port2port.members.models import Facility, Organisation, Person, Port
from port2port.sharing.models import Record
from port2port.training.exercises.rules import BECOMES, HOW, SEATS, STATES, TOLD


class Exercise(models.Model):
    """A drill or exercise, as everybody who takes part may know it: when, where, roles, rules of safety, report.

    `roles`, `safety`, `phrase`: texts by language. `reference`: of the notice to the committee, when it was told.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="exercise")
    title = models.CharField(max_length=120)
    size = models.CharField(max_length=8)
    language = models.CharField(max_length=2)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    notes = models.TextField(default="")
    roles = models.JSONField(default=list)
    safety = models.JSONField(default=list)
    phrase = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="planned")
    turned_at = models.DateTimeField(null=True)
    report = models.TextField(default="")
    why = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=STATES) & Q(size__in=["drill", "exercise"]) & Q(minutes__gte=1),
                name="training_exercise_state",
            ),
            models.CheckConstraint(
                condition=(~Q(state="called_off") | Q(why__regex=r"\S"))
                & (~Q(state="closed") | Q(report__regex=r"\S")),
                name="training_exercise_said",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="training_exercise_starts")]


class Script(models.Model):
    """What its staff alone knows until it is closed: objectives, preparation, evaluation sheet, questions, sources."""

    exercise = models.OneToOneField(Exercise, models.CASCADE, primary_key=True, related_name="script")
    document = models.JSONField(default=dict)


class Part(models.Model):
    """An organisation that takes part, at a port or at a facility.

    `credited_at`, `event`: that it was held stands in that security file, in which entry. `checked_at`: that somebody
    who keeps the file knows of it; until then it is told, since the close wrote it there.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="parts", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    port = models.ForeignKey(Port, models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    credited_at = models.DateTimeField(null=True)
    event = models.ForeignKey(Happening, models.SET_NULL, null=True, related_name="+", db_index=False)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "organisation", "port", "facility"], nulls_distinct=False,
                name="training_part_once",
            )
        ]  # fmt: skip


class Sent(models.Model):
    """That the authority's form about a part was sent: what it told, on which day, under which reference of theirs.

    It proves the notice and the report that are owed. A plan that was changed is told again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    part = models.ForeignKey(Part, models.CASCADE, related_name="sent")
    what = models.CharField(max_length=8)
    on = models.DateField()
    reference = models.CharField(max_length=80, default="")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(what__in=TOLD), name="training_sent_what")]


class Seat(models.Model):
    """A person in an exercise: leads it, controls it, observes it, or plays a role. One seat each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="seats", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    role = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exercise", "person"], name="training_seat_once"),
            models.CheckConstraint(
                condition=Q(kind__in=SEATS)
                & (Q(kind="player") & ~Q(role="") | ~Q(kind="player") & Q(role="")),
                name="training_seat_kind",
            ),
        ]  # fmt: skip


class Guest(models.Model):
    """A player from outside: a function, never a name; a link that opens once, on the device that opened it first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="guests")
    role = models.CharField(max_length=40)
    function = models.CharField(max_length=80)
    secret = models.BinaryField(max_length=32, unique=True)
    device = models.BinaryField(max_length=32, null=True, unique=True)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()


class Inject(models.Model):
    """What comes in, `second` seconds after the start by the clock of the exercise. `text`: by language."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="injects")
    second = models.PositiveIntegerField()
    roles = ArrayField(models.CharField(max_length=40))
    channel = models.CharField(max_length=40)
    text = models.JSONField()
    added = models.BooleanField(default=False)  # while it ran

    class Meta:
        indexes = [models.Index(fields=["exercise", "second"], name="training_inject_second")]


class Expected(models.Model):
    """What should be done on an inject: a list of texts by language."""

    inject = models.OneToOneField(Inject, models.CASCADE, primary_key=True, related_name="expected")
    lines = models.JSONField(default=list)


class ClockEvent(models.Model):
    """What was done to the clock. `minute`: to which it jumped."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="clock")
    at = models.DateTimeField()
    act = models.CharField(max_length=6)
    minute = models.PositiveSmallIntegerField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)


class Release(models.Model):
    """That an inject came, or was left out: one row for each, whoever tries. `second`: by the clock of the exercise."""

    inject = models.OneToOneField(Inject, models.CASCADE, primary_key=True, related_name="release")
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="releases")
    at = models.DateTimeField()
    second = models.PositiveIntegerField()
    how = models.CharField(max_length=7)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(how__in=HOW), name="training_release_how")]


class Knock(models.Model):
    """That a browser of a player was told by push that an inject came: begun once, never tried again."""

    pk = models.CompositePrimaryKey("inject_id", "subscription_id")
    inject = models.ForeignKey(Inject, models.CASCADE, related_name="+", db_index=False)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    code = models.CharField(max_length=64, default="")


class Reaction(models.Model):
    """That a player saw an inject, or what that player would do. Of a person or of a guest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="reactions", db_index=False)
    inject = models.ForeignKey(Inject, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    guest = models.ForeignKey(Guest, models.CASCADE, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    text = models.TextField(default="")  # empty: seen

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, guest__isnull=False) | Q(person__isnull=False, guest=None),
                name="training_reaction_whose",
            ),
            models.UniqueConstraint(
                fields=["inject", "person", "guest"], nulls_distinct=False, condition=Q(text=""),
                name="training_reaction_seen_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["exercise", "person"], name="training_reaction_own")]


class Observation(models.Model):
    """What somebody of the staff saw, at which second of the exercise, of which role."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="observations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    second = models.PositiveIntegerField()
    role = models.CharField(max_length=40, default="")
    text = models.TextField()


class Score(models.Model):
    """What an observer gave for a line of the evaluation sheet."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="scores", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    criterion = models.CharField(max_length=40)
    value = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exercise", "person", "criterion"], name="training_score_once")
        ]  # fmt: skip


class Lesson(models.Model):
    """What was learned, in a sentence or two."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="lessons")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField()


class Became(models.Model):
    """What a lesson became: a record of its own, of these kinds. Seen by those alone who see both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="became")
    kind = models.CharField(max_length=8)
    target = models.OneToOneField(Record, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=BECOMES), name="training_became_kind")]

"""Courses as they were published, attempts at their quizzes, and who took part; see `training/sql/courses.sql`.

No envelope stands behind these rows, since nobody chooses their audience: an attempt is the person's own, participation
is seen by the person and by who trains the own organisation's people, an edition is the same for everybody, or an
organisation's own for all who work there.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person
from port2port.training.courses.rules import HOW, INVITATIONS, LONGEST, OWN, SENT_STATES, STATES


class Edition(models.Model):
    """A version of a course, whole and never changed. `organisation`: whose own course it is; none for those that ship
    with the program. `counts_until`: of passes of it, once a newer one is here. `retired_at`: when it was taken away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)
    slug = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()
    counts_until = models.DateField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="training_edition_once")]


class OwnCourse(models.Model):
    """A course of an organisation's own as it is being written; publishing makes an edition of it, whole.

    `sequence` rises with each change, so that two who write at once are told. `package`: it was made elsewhere, and
    what is written is its head alone (`packages/`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    slug = models.CharField(max_length=60, unique=True)
    content = models.JSONField()
    sequence = models.PositiveIntegerField(default=0)
    package = models.BooleanField(default=False)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(slug__startswith=OWN), name="training_owncourse_slug"),
        ]


class CourseMedium(models.Model):
    """A picture of an own course, cleaned; the file lies in the vault. One that was there when an edition was published
    stays as long as that: editions name their pictures, and a name means one file for ever.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    slug = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    size = models.PositiveIntegerField()  # bytes of the cleaned copy
    sha256 = models.CharField(max_length=64)  # of the file as it was sent, so that nobody adds it twice
    address = models.CharField(max_length=64)  # of the cleaned copy in the vault
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "name"], name="training_medium_once")]
        indexes = [models.Index(fields=["address"], name="training_medium_address")]


class Session(models.Model):
    """A class with a date. `replaces`: the one whose substitute it is. `sequence`: rises with each change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    slug = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=LONGEST["place"])
    seats = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default="planned")
    why = models.CharField(max_length=LONGEST["why"], default="")
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, related_name="substitutes")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    updated_at = models.DateTimeField()
    sequence = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=STATES) & Q(seats__gte=1) & Q(minutes__gte=1), name="training_session_state"
            )
        ]


class Booking(models.Model):
    """A person who is expected at a session, and whether that person came."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="bookings", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    came = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="training_booking_once")]


class Invitation(models.Model):
    """A mail to who is expected at a session: that it is, is no more, or is near. Written by the worker.

    `sequence`: of the session, as it was said. The id is the message's at every try; its moment is the entry's DTSTAMP.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    sequence = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=8)
    at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, default="waiting")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=INVITATIONS) & Q(state__in=SENT_STATES), name="training_invitation_step"
            )
        ]
        indexes = [models.Index(fields=["session", "person", "id"], name="training_invitation_last")]


class TakenStatement(models.Model):
    """That a statement of a learning system was taken: its id there and what was read of it, as a digest. No person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    statement = models.UUIDField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "statement"], name="training_takenstatement_once")
        ]


class Enrolment(models.Model):
    """That a person should take a course by a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    slug = models.CharField(max_length=60)
    due = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "person", "slug"], name="training_enrolment_once")
        ]


class Attempt(models.Model):
    """One go at a quiz. `questions`: those drawn, each with its options in the order shown. `results`: by question."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    questions = models.JSONField()
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    results = models.JSONField(default=dict)
    passed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "edition"], condition=Q(submitted_at=None), name="training_attempt_open_once"
            )
        ]
        indexes = [models.Index(fields=["person", "edition", "started_at"], name="training_attempt_person")]


class Answer(models.Model):
    """What was chosen at a question of an attempt, kept at once; the last one counts until it is handed in."""

    pk = models.CompositePrimaryKey("attempt_id", "question")
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers", db_index=False)
    question = models.CharField(max_length=40)
    chosen = ArrayField(models.CharField(max_length=40))
    at = models.DateTimeField()


class Completion(models.Model):
    """That a person took part: passed the quiz, or sat in a session. Ends by itself, or when it was withdrawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    how = models.CharField(max_length=8)
    session = models.ForeignKey(Session, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    valid_until = models.DateField()
    code = models.CharField(max_length=24, unique=True)
    withdrawn_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=LONGEST["why"], default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(how__in=HOW), name="training_completion_how")]


class Tally(models.Model):
    """What is left of attempts that were forgotten: sums over takers, for the analysis of a question. No persons."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+", db_index=False)
    question = models.CharField(max_length=40)
    takers = models.PositiveIntegerField()
    right = models.PositiveIntegerField()
    rest = models.FloatField()  # sum of the share of the other questions that was right
    rest_squared = models.FloatField()
    rest_when_right = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "question"], name="training_tally_once")]

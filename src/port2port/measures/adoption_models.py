"""How far each port is with each measure, and what ports ask each other about it.

These rows are nobody's but the port's: who has not done something is a target list. Their policy stands in
`sql/adoption.sql` and does not follow the measure's envelope alone.
"""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Facility, Organisation, Person, Port


class Adoption(models.Model):
    """One cell: a measure at a port, or at a facility in it, as it stands now.

    `published`: taken from a public source about a port, beside what the port says itself; then nobody wrote it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey("measures.Measure", models.CASCADE, related_name="adoptions", db_index=False)
    port = models.ForeignKey(Port, models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    published = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    state = models.CharField(max_length=14)
    due = models.DateField(null=True)
    progress = models.PositiveSmallIntegerField(null=True)  # per cent
    since = models.DateField(null=True)
    since_precision = models.CharField(max_length=6, default="day")
    coverage = models.PositiveSmallIntegerField(null=True)  # per cent; null: not told
    evidence = models.CharField(max_length=2000, default="")
    reason = models.CharField(max_length=1000, default="")
    obstacles = models.CharField(max_length=1000, default="")
    help_needed = models.CharField(max_length=1000, default="")
    invented = models.BooleanField(default=False)
    source_name = models.CharField(max_length=160, default="")
    source_url = models.CharField(max_length=500, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "port", "facility", "published"],
                name="measures_adoption_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state="not_applicable", reason__regex=r"\S")
                | Q(state="planned", due__isnull=False)
                | Q(state="in_progress", progress__range=(0, 100))
                | Q(state="in_place", since__isnull=False, coverage__range=(1, 100))
                | Q(state="in_place", since__isnull=False, published=True, coverage=None)
                | Q(state="suspended", reason__regex=r"\S"),
                name="measures_adoption_told",
            ),
            models.CheckConstraint(
                condition=Q(published=False, organisation__isnull=False, person__isnull=False, source_url="")
                | (
                    Q(published=True, organisation=None, person=None, facility=None, invented=False) & ~Q(source_url="")
                ),
                name="measures_adoption_whose",
            ),
        ]
        indexes = [models.Index(fields=["due"], name="measures_adoption_due", condition=Q(state="planned"))]


class PastAdoption(models.Model):
    """What a cell said before; written by the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    adoption = models.ForeignKey(Adoption, models.CASCADE, related_name="past")
    at = models.DateTimeField()  # when it was said
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    was = models.JSONField()


class Question(models.Model):
    """ "How did you do it?": from one organisation to those that have a measure in place, or to one port."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey("measures.Measure", models.CASCADE, related_name="questions")
    port = models.ForeignKey(Port, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()


class Answer(models.Model):
    """How an organisation did it, for who asked; for the measure's other readers when it says so (`shared`).

    `asked` is the question's text without who asked: that they had to ask is theirs to tell.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="answers", db_index=False)
    measure = models.ForeignKey("measures.Measure", models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    asked = models.CharField(max_length=2000, default="")
    text = models.CharField(max_length=4000)
    practice = models.TextField(default="")
    mentor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    reach = models.CharField(max_length=200, default="")  # how to reach the mentor
    shared = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "organisation"], name="measures_answer_once"),
        ]


class Reminder(models.Model):
    """That a person was reminded of something due on a day: once."""

    pk = models.CompositePrimaryKey("person_id", "about", "due")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    about = models.UUIDField()
    due = models.DateField()

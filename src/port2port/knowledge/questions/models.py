"""Questions to the network, what was answered and done, and whom a question was told; the envelope says the rest."""

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.knowledge.questions.rules import ACTS, ASKED_OF, STATES
from port2port.members.models import Organisation, Person
from port2port.sharing.models import Record


class Question(models.Model):
    """A question. Its owner is the asking organisation. Columns from `state` on are turned by the database alone."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="question")
    asked_of = models.CharField(max_length=9)
    topic = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=8, default="open")
    answers = models.PositiveIntegerField(default=0)  # that stand
    first_answer_at = models.DateTimeField(null=True)
    accepted = models.UUIDField(null=True)  # the event that is the accepted answer
    merged_into = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=STATES, asked_of__in=ASKED_OF), name="knowledge_question_codes"
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | ~Q(state="merged") & Q(merged_into=None),
                name="knowledge_question_merged",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(accepted__isnull=False), name="knowledge_question_answered"
            ),
        ]
        indexes = [
            models.Index(fields=["merged_into"], name="knowledge_question_into", condition=Q(state="merged")),
            models.Index(fields=["topic"], name="knowledge_question_topic"),
        ]


class QuestionEvent(models.Model):
    """An answer, or what was done with a question. `about`: the answer accepted or taken back, or merged into what.

    An answer that was taken back has no words any more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=8)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(default="")
    language = models.CharField(max_length=2, default="")
    about = models.UUIDField(null=True)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=ACTS), name="knowledge_questionevent_act"),
            models.CheckConstraint(
                condition=Q(retracted_at=None) | Q(act="answer", text=""), name="knowledge_questionevent_retracted"
            ),
        ]
        indexes = [models.Index(fields=["question", "at"], name="knowledge_questionevent_line")]


class Told(models.Model):
    """That somebody who declared the topic was told of a question: known to that person, and to nobody else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "person"], name="knowledge_told_once")]

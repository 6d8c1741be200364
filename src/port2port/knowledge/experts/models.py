"""Who knows what: what a person declares for one organisation, and the topics, each confirmed by a colleague or not."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.knowledge.experts.rules import REACHES
from port2port.members.models import Organisation, Person


class Expert(models.Model):
    """What a person says of oneself while working for an organisation. `audience`: keys of circles, never of persons.

    No envelope: it is about a person, who alone looks after it, and it goes with the person (see decision 0033).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    languages = ArrayField(models.CharField(max_length=2))
    reaches = ArrayField(models.CharField(max_length=9))
    mail = models.EmailField(max_length=200, default="")
    until = models.DateField()
    audience = ArrayField(models.UUIDField())
    asked = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)  # to confirm
    declared_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], name="knowledge_expert_once"),
            models.CheckConstraint(
                condition=Q(languages__len__gt=0, reaches__len__gt=0, reaches__contained_by=list(REACHES)),
                name="knowledge_expert_reached",
            ),
            models.CheckConstraint(
                condition=Q(mail="") ^ Q(reaches__contains=["mail"]), name="knowledge_expert_mail_when_chosen"
            ),
        ]


class Expertise(models.Model):
    """One topic that somebody declared; `confirmed_by`: a colleague, never oneself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="topics", db_index=False)
    topic = models.CharField(max_length=40)
    declared_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expert", "topic"], name="knowledge_expertise_once")]
        indexes = [models.Index(fields=["topic"], name="knowledge_expertise_topic")]

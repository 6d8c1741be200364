"""Tables of routing: who signed which rule, what was done about a proposal, what an organisation says of itself.

What rules propose is worked out on reading and stands in no table; a row is what somebody did about it.
"""

from datetime import date

from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person

ROLES = ("sender", "receiver")
CATEGORIES = ("essential", "important")
STATES = ("proposed", "sent", "done", "not_needed")


class RuleTrust(models.Model):
    """An organisation signed a version of a rule, as sender or as receiver: an agreement that all members may read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    role = models.CharField(max_length=8)
    signed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "version", "organisation", "role"],
                condition=Q(withdrawn_at=None),
                name="reports_ruletrust_once",
            ),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="reports_ruletrust_role"),
        ]


class Routing(models.Model):
    """What was done about one step of a rule for one recipient, or (`form`) about a form that is due besides.

    `sent`: shared with them here. `done`: sent elsewhere, with their reference. `organisation` null: the recipient is
    not on the platform. `proposed`: it was decided and is open again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="+")
    rule = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    recipient = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    step = models.CharField(max_length=60)
    form = models.CharField(max_length=60, default="")
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10)
    sent_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=120, default="")
    note = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "rule", "version", "recipient", "organisation", "step", "form"],
                name="reports_routing_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="reports_routing_state"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "done"], sent_at__isnull=False)
                | Q(state__in=["proposed", "not_needed"], sent_at=None),
                name="reports_routing_sent",
            ),
        ]


class OrganisationFact(models.Model):
    """What an organisation says of itself and rules ask for; null: not said.

    `nis2_category`: as which it is in scope of NIS2. `supervisor`: under whose authority it stands. `since`: from which
    day this holds; it says nothing of reports from before. `source`: on what it rests, as the number of a
    registration.
    """

    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    nis2_scope = models.BooleanField(null=True)
    critical_entity = models.BooleanField(null=True)
    nis2_category = models.CharField(max_length=9, default="")
    supervisor = models.CharField(max_length=160, default="")
    since = models.DateField(null=True)
    source = models.CharField(max_length=160, default="")
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nis2_category="") | Q(nis2_scope=True, nis2_category__in=CATEGORIES),
                name="reports_organisationfact_category",
            )
        ]

    def holds(self, on: date) -> bool:
        """Return whether it says anything of a day."""
        return self.since is None or self.since <= on

"""Alerts and their acknowledgements; the envelope (`sharing.Record`) says whose an alert is and who sees it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id
from port2port.members.models import Facility, Organisation, Person
from port2port.reports.models import Report
from port2port.sharing.models import Record


class Alert(models.Model):
    """One message to act on. It stands as it was raised: an update or a cancellation is a message that follows it.

    `state` is turned by the database alone, when a message follows. That the time is over is worked out from
    `valid_until` (see `shown.Shown.state`). Port and threat stand on the envelope.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="alert")
    event = models.CharField(max_length=40)
    urgency = models.CharField(max_length=12)
    severity = models.CharField(max_length=12)
    certainty = models.CharField(max_length=12)
    status = models.CharField(max_length=8)  # Actual, Exercise, Test
    message = models.CharField(max_length=6)  # Alert, Update, Cancel
    state = models.CharField(max_length=9)  # raised, updated, cancelled
    instructions = ArrayField(models.CharField(max_length=40))
    areas = models.JSONField()
    language = models.CharField(max_length=2)
    headline = models.CharField(max_length=120, default="")
    text = models.TextField(default="")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    template = models.CharField(max_length=40, default="")
    public = models.JSONField(null=True)
    systems = models.JSONField(default=list)  # of a supplier alert: what whoever it goes to uses
    # Held by a trigger of our own: reports' migrations make every constraint that leads to a report cascade.
    report = models.ForeignKey(Report, models.SET_NULL, null=True, related_name="alerts", db_constraint=False)
    follows = models.UUIDField(null=True)  # the message that this one updates or cancels
    series = models.UUIDField(db_index=True)  # the first message of the chain

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follows"], name="alerts_alert_followed_once"),
            models.CheckConstraint(condition=Q(valid_until__gt=models.F("valid_from")), name="alerts_alert_time"),
            models.CheckConstraint(
                condition=Q(status__in=["Actual", "Exercise", "Test"])
                & Q(state__in=["raised", "updated", "cancelled"])
                & (
                    Q(message="Alert", follows=None, series=models.F("record"))
                    | Q(message__in=["Update", "Cancel"], follows__isnull=False)
                ),
                name="alerts_alert_message",
            ),
        ]
        indexes = [models.Index(fields=["valid_until"], name="alerts_alert_in_force", condition=Q(state="raised"))]


class Acknowledgement(models.Model):
    """A desk (an organisation, or one of its facilities) has read an alert; `done`: what it did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="acknowledgements", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    facility = models.ForeignKey(Facility, models.CASCADE, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    done = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "organisation", "facility"],
                name="alerts_acknowledgement_once",
                nulls_distinct=False,
            )
        ]


from port2port.alerts.delivery import models as delivery_models  # noqa: E402, F401 - tables of this app
from port2port.alerts.desk.models import DutyNumber, Handover  # noqa: E402, F401 - tables of this app
from port2port.alerts.suppliers.models import SupplierUse  # noqa: E402, F401 - a table of this app

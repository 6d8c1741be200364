"""Authorised flights; the envelope (`sharing.Record`) says whose a flight is and who sees it.

An envelope of a flight is posted under the moment it begins, so that lists and look-ups walk the postings by time.
"""

from django.db import models
from django.db.models import F, Q

from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person
from port2port.sharing.models import Record

STATES = ("planned", "flying", "done", "cancelled")


class Flight(models.Model):
    """One flight that is allowed to be there: by whom, what for, where, how high, from when to when.

    What was entered stays; only its state is turned, and with it the moment it began or ended.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="flight")
    operator = models.CharField(max_length=120, default="")  # empty: its owner
    task = models.CharField(max_length=20)
    area = models.JSONField()
    height_m = models.PositiveSmallIntegerField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=9, default="planned")
    contact = models.CharField(max_length=120)
    authorisation = models.CharField(max_length=80, default="")
    remark = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="flights_flight_time"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="flights_flight_state"),
        ]


class FlightIdentifier(models.Model):
    """What leads to a person: the drone's serial and the operator's number. Read within the own organisation only."""

    flight = models.OneToOneField(Flight, models.CASCADE, primary_key=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    serial = models.CharField(max_length=20, default="")
    operator_number = models.CharField(max_length=16, default="")

    class Meta:
        indexes = [models.Index(fields=["serial"], name="flights_identifier_serial")]


class Recognition(models.Model):
    """Somebody saw a drone, took it to be this flight, and so sent no report. Who stays with whoever did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    flight = models.ForeignKey(Flight, models.CASCADE, related_name="recognitions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flight", "person"], name="flights_recognition_once")]

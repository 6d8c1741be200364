"""How people and organisations wish to be told, and each notice on its way. No table here holds a text of an alert."""

from django.db import models
from django.db.models import F, Q

from port2port.alerts.models import Alert
from port2port.base.ids import new_id
from port2port.members.models import Organisation, Person

CHANNELS = ("mail", "push", "sms", "voice", "webhook")
STATES = ("waiting", "delivered", "failed", "gone", "dead", "void")


class Preference(models.Model):
    """Whether a person wishes to be told by a channel; without a row: by mail, and by push where it was switched on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=8)
    wanted = models.BooleanField()
    urgent_only = models.BooleanField(default=False)
    # The duty phone, for sms and voice (E.164).
    address = models.CharField(max_length=16, null=True)  # noqa: DJ001 - none is none, for the check below

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], name="alerts_preference_once"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS[:4]), name="alerts_preference_channel"),
            models.CheckConstraint(
                condition=Q(address=None) | Q(channel__in=["sms", "voice"], address__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="alerts_preference_address",
            ),
        ]


class Quiet(models.Model):
    """The hours in which a person is not to be told, by the clock on the wall; over midnight when they end earlier."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    from_time = models.TimeField()
    to_time = models.TimeField()
    urgent_overrides = models.BooleanField(default=True)
    digest = models.BooleanField(default=False)  # what is not urgent once a day, at `to_time`


class Leave(models.Model):
    """Days on which a deputy is told in a person's place."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    deputy = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    from_day = models.DateField()
    to_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__gte=F("from_day")) & ~Q(deputy=F("person")), name="alerts_leave_days"
            )
        ]


class Subscription(models.Model):
    """A browser of a person that takes push messages (RFC 8030); `gone_at`: since when its maker knows it no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=2000)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "endpoint"], name="alerts_subscription_once")]


class Webhook(models.Model):
    """A machine of an organisation that is told by a signed POST. Its secrets are encrypted under webhook.key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    url = models.CharField(max_length=2000)
    name = models.CharField(max_length=80)
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    rotated_at = models.DateTimeField(null=True)  # until a day later both secrets sign
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)  # the last failure since then
    tested_at = models.DateTimeField(null=True)
    test_code = models.CharField(max_length=64, default="")
    form = models.CharField(max_length=4, default="", db_default="")  # "": ids and codes

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(form__in=("", "cap", "stix")), name="alerts_webhook_form")]


class Reach(models.Model):
    """How an organisation lets its people be reached: push passes by the servers of browser makers."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    push_allowed = models.BooleanField(default=False)
    step_minutes = models.SmallIntegerField(default=10)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(step_minutes__gte=1, step_minutes__lte=240), name="alerts_reach_minutes")
        ]


class Contact(models.Model):
    """Whom to call, in which order, when the organisation has not acknowledged an urgent alert."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    position = models.SmallIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "position"], name="alerts_contact_place")]


class Delivery(models.Model):
    """One notice of one alert on its way to one receiver; its id is the message id of every try.

    `target` is the id of the webhook or push subscription, else of the person. `step`: 0, or the place in the
    escalation chain. `held`: it waited for quiet hours or the digest. `private`: the alert is TLP:RED.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="+", db_index=False)
    event = models.UUIDField(null=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=8)
    target = models.CharField(max_length=36)
    step = models.SmallIntegerField(default=0)
    attempts = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=9, default="waiting")
    code = models.CharField(max_length=64, default="")
    held = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Not by event: sharing further tells only those who were not told yet.
            models.UniqueConstraint(fields=["alert", "channel", "target", "step"], name="alerts_delivery_once"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS, state__in=STATES), name="alerts_delivery_codes"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="alerts_delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["channel", "target"], name="alerts_delivery_target", condition=Q(state="waiting")),
            models.Index(
                fields=["organisation", "-made_at"],
                name="alerts_delivery_failed",
                condition=Q(state__in=["failed", "gone", "dead"]),
            ),
        ]


class Weekly(models.Model):
    """The day of the week on which a person wishes a digest by mail; without a row: none."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    weekday = models.SmallIntegerField()  # ISO 8601: Monday is 1
    chosen_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="alerts_weekly_weekday")
        ]


class Digest(models.Model):
    """The digest of a person for a week, once; its id is the message id of every try. Holds no content.

    `week`: its Monday. It tells what happened from `since` to `until`, whenever it is tried.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    week = models.DateField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=7, default="waiting")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "week"], name="alerts_digest_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "empty", "failed", "void"]), name="alerts_digest_states"
            ),
        ]


class Reminder(models.Model):
    """A mail that something waits, about deadlines; its id is the message id of every try. `day`: of one mail a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    urgent = models.BooleanField()
    attempts = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=7, default="waiting")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "sent", "failed", "void")), name="alerts_reminder_states"
            )
        ]
        indexes = [models.Index(fields=["person", "day"], name="alerts_reminder_day")]


class Reminded(models.Model):
    """That a person was told of a step of a deadline: once. `subject`, `key`: of what is owed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    subject = models.UUIDField()
    key = models.CharField(max_length=200)
    step = models.CharField(max_length=13)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "subject", "key", "step"], name="alerts_reminded_once")
        ]

"""The network as tables: organisations, ports, facilities, waterways, people, memberships, circles, sessions."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from port2port.base.ids import new_id

Names = models.JSONField  # {"nl": ..., "fr": ..., "de": ..., "en": ...}


class Port(models.Model):
    """A sea or inland port, or "port not given" of a country (xxZZZ)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    locode = models.CharField(max_length=5, unique=True)
    country = models.CharField(max_length=2)
    names = Names()
    kind = models.CharField(max_length=11)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    member = models.BooleanField(default=False)


class Waterway(models.Model):
    """A waterway as a schematic line: [[lon, lat], ...] from kilometre 0 on, drawn by us."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    names = Names()
    length_km = models.FloatField()
    line = models.JSONField()


class Landmark(models.Model):
    """A lock or bridge, by name, on a waterway where known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=9)  # lock, bridge, tunnel, boat_lift
    names = Names()
    port = models.ForeignKey(Port, models.PROTECT, null=True)
    waterway = models.ForeignKey(Waterway, models.PROTECT, null=True)
    km = models.FloatField(null=True)
    lat = models.FloatField()
    lon = models.FloatField()


class Organisation(models.Model):
    """A member or partner: an authority, a port, a company. `kind` is a code of `network.toml`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    names = Names()
    kind = models.CharField(max_length=40)
    public = models.BooleanField()
    country = models.CharField(max_length=2)
    invented = models.BooleanField(default=False)
    ports = models.ManyToManyField(Port, blank=True, related_name="organisations")
    left_at = models.DateTimeField(null=True)
    heir = models.ForeignKey("self", models.PROTECT, null=True)


class Facility(models.Model):
    """A port facility under the ISPS Code; category 1 cargo, 2 passengers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    number = models.CharField(max_length=10, null=True, unique=True)  # noqa: DJ001 - unknown is not empty
    names = Names()
    category = models.PositiveSmallIntegerField()
    port = models.ForeignKey(Port, models.PROTECT)
    operator = models.ForeignKey(Organisation, models.PROTECT, null=True)
    lat = models.FloatField()
    lon = models.FloatField()
    invented = models.BooleanField(default=False)


class Person(models.Model):
    """Who acts: a human, a machine of an organisation, a system principal, or the alias of a protected reporter.

    The journal knows only the id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(
        max_length=8,
        choices=[("human", "human"), ("service", "service"), ("system", "system"), ("alias", "alias")],
        default="human",
    )
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="nl")
    active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    heir = models.ForeignKey("self", models.PROTECT, null=True)


class AccountManager(BaseUserManager["Account"]):
    """allauth makes accounts through this; people are made by `members.actions`."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email__iexact=username or "")


class Account(AbstractBaseUser):
    """How a human signs in: the address and the password, apart from the person the network knows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="account")
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    second_factor_reset_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = AccountManager()


class Role(models.Model):
    """The role classes as the database sees them (see `roles.py`); refreshed by every `migrate`."""

    code = models.CharField(primary_key=True, max_length=40)
    levels = ArrayField(models.CharField(max_length=12))
    acts = ArrayField(models.CharField(max_length=12))


class Membership(models.Model):
    """A person in an organisation with roles: the hat one acts under.

    `paused_at`: since when its tokens open nothing, for a while. `certificate`: the SHA-256 of the client certificate
    without which they do not (RFC 8705, section 3); of a machine, or empty.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=40))
    facility = models.ForeignKey(Facility, models.PROTECT, null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_until = models.DateField(null=True)
    verified_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    shielded = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    certificate = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(until=None),
                name="members_one_current_membership",
            )
        ]


class Shield(models.Model):
    """Who stands behind an alias: a protected reporter. Seen by that person and by those who may know, nobody else."""

    hat = models.OneToOneField(Membership, models.CASCADE, primary_key=True)
    behind = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    may_know = ArrayField(models.UUIDField())
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField()


class Circle(models.Model):
    """Who reads together. `addressed_by` says who may write to it; `membership` whether others see who is in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(max_length=80, unique=True)
    names = Names()
    kind = models.CharField(
        max_length=12,
        choices=[
            (k, k)
            for k in (
                "everyone",
                "standing",
                "organisation",
                "facility",
                "port",
                "workgroup",
                "adhoc",
                "sealed",
            )
        ],
    )
    of = models.CharField(max_length=13, choices=[("organisations", "organisations"), ("persons", "persons")])
    level = models.CharField(max_length=12)
    membership = models.CharField(max_length=12, choices=[("open", "open"), ("confidential", "confidential")])
    addressed_by = models.CharField(max_length=8, choices=[("members", "members"), ("everyone", "everyone")])
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True)
    facility = models.ForeignKey(Facility, models.PROTECT, null=True)
    port = models.ForeignKey(Port, models.PROTECT, null=True)
    source = models.ForeignKey("self", models.PROTECT, null=True)
    fingerprint = models.BinaryField(null=True)
    closed_at = models.DateTimeField(null=True)


class CircleMember(models.Model):
    """An organisation or a person in a circle."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, person__isnull=False) | Q(organisation__isnull=False, person=None),
                name="members_circlemember_one_kind",
            ),
            models.UniqueConstraint(
                fields=["circle", "organisation"],
                condition=Q(until=None),
                name="members_circle_organisation_once",
            ),
            models.UniqueConstraint(
                fields=["circle", "person"], condition=Q(until=None), name="members_circle_person_once"
            ),
        ]


class Invitation(models.Model):
    """A person asked to join an organisation; the mail carries the secret, the table its hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2)
    roles = ArrayField(models.CharField(max_length=40))
    facility = models.ForeignKey(Facility, models.PROTECT, null=True)
    secret_hash = models.BinaryField(null=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)


class AccessReview(models.Model):
    """A quarter in which an organisation confirms who still needs access; `quarter` like 2026-Q4."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    quarter = models.CharField(max_length=7)
    due = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "quarter"], name="members_one_review_a_quarter")]


class SecondFactorReset(models.Model):
    """A lost second factor: two administrators, one asks and another approves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)


class Token(models.Model):
    """An API token of a person or service: only its hash is kept, it is shown once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    hat = models.ForeignKey(Membership, models.CASCADE, null=True)
    name = models.CharField(max_length=80)
    secret_hash = models.BinaryField(unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)


class Session(AbstractBaseSession):
    """A browser's session under the hash of its key (`sessions.py`), with who it is beside the sealed data."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    hat = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="+")
    strong = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    agent = models.CharField(max_length=200, default="")

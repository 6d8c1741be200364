"""The desk of the data-protection officer: requests, steps, traces, breaches."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0003_charter_policy"),
        ("members", "0005_shield"),
    ]

    operations = [
        migrations.CreateModel(
            name="Breach",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                (
                    "nature",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("what", models.TextField()),
                ("happened_at", models.DateTimeField(null=True)),
                ("aware_at", models.DateTimeField()),
                ("persons", models.PositiveIntegerField(null=True)),
                ("records", models.PositiveIntegerField(null=True)),
                (
                    "processings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("consequences", models.TextField(default="")),
                ("measures", models.TextField(default="")),
                (
                    "told",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("heard_of", models.UUIDField(null=True)),
                ("due", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("invented", models.BooleanField(default=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "governance_breach",
            },
        ),
        migrations.CreateModel(
            name="BreachStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=12)),
                ("code", models.CharField(default="", max_length=40)),
                ("text", models.TextField(default="")),
                (
                    "breach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="governance.breach"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
            ],
            options={
                "db_table": "governance_breachstep",
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=2)),
                ("received_at", models.DateTimeField()),
                ("sealed", models.BinaryField(null=True)),
                ("state", models.CharField(max_length=10)),
                ("due", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("erase_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("kept_until", models.DateTimeField(null=True)),
                ("invented", models.BooleanField(default=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "governance_request",
            },
        ),
        migrations.CreateModel(
            name="RequestStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=12)),
                ("code", models.CharField(default="", max_length=40)),
                ("number", models.PositiveIntegerField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="governance.request"
                    ),
                ),
            ],
            options={
                "db_table": "governance_requeststep",
            },
        ),
        migrations.CreateModel(
            name="Trace",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(max_length=63)),
                ("row", models.CharField(default="", max_length=64)),
                ("at", models.DateTimeField(null=True)),
                ("number", models.PositiveIntegerField()),
                ("decision", models.CharField(default="", max_length=8)),
                ("ground", models.CharField(default="", max_length=40)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="traces", to="governance.request"
                    ),
                ),
            ],
            options={
                "db_table": "governance_trace",
            },
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.UniqueConstraint(
                condition=models.Q(("heard_of__isnull", False)),
                fields=("organisation", "heard_of"),
                name="governance_breach_heard_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at", None),
                        ("erase_at", None),
                        ("kept_until", None),
                        ("sealed__isnull", False),
                        ("state", "open"),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("erase_at__isnull", False),
                        ("kept_until__isnull", False),
                        ("state", "closed"),
                    ),
                    _connector="OR",
                ),
                name="governance_request_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at", None), models.Q(("sealed", None), ("state", "closed")), _connector="OR"
                ),
                name="governance_request_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="trace",
            constraint=models.UniqueConstraint(fields=("request", "place", "row"), name="governance_trace_once"),
        ),
        migrations.AddConstraint(
            model_name="trace",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ("", "given", "withheld", "asked"))),
                name="governance_trace_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="trace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "withheld"), models.Q(("ground", ""), _negated=True)),
                    models.Q(models.Q(("decision", "withheld"), _negated=True), ("ground", "")),
                    _connector="OR",
                ),
                name="governance_trace_ground",
            ),
        ),
    ]

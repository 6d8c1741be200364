"""The weekly digest: who wishes it when, and that it was made."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids
from port2port.base.sql import run_file

STATES = ["waiting", "sent", "empty", "failed", "void"]


class Migration(migrations.Migration):
    dependencies = [("members", "0005_shield"), ("alerts", "0004_suppliers_policy")]
    operations = [
        migrations.CreateModel(
            name="Weekly",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="members.person",
                    ),
                ),
                ("weekday", models.SmallIntegerField()),
                ("chosen_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__gte", 1), ("weekday__lte", 7)), name="alerts_weekly_weekday"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("week", models.DateField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("attempts", models.SmallIntegerField(default=0)),
                ("state", models.CharField(default="waiting", max_length=7)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "week"), name="alerts_digest_once"),
                    models.CheckConstraint(condition=models.Q(("state__in", STATES)), name="alerts_digest_states"),
                ]
            },
        ),
        *run_file(__file__, "weekly"),
    ]

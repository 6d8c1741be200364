"""Mails about deadlines: which were made, and what each person was told of. No content."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids
from port2port.base.sql import run_file

KEY = models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)


def person() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey("members.person", django.db.models.deletion.CASCADE, related_name="+", db_index=False)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0006_public"), ("compliance", "0003_reports"), ("members", "0001_initial")]
    operations = [
        migrations.CreateModel(
            "Reminder",
            [
                ("id", KEY),
                ("person", person()),
                ("day", models.DateField()),
                ("urgent", models.BooleanField()),
                ("attempts", models.SmallIntegerField(default=0)),
                ("state", models.CharField(default="waiting", max_length=7)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(state__in=("waiting", "sent", "failed", "void")),
                        name="alerts_reminder_states",
                    )
                ],
                "indexes": [models.Index(fields=["person", "day"], name="alerts_reminder_day")],
            },
        ),
        migrations.CreateModel(
            "Reminded",
            [
                ("id", KEY.clone()),
                ("person", person()),
                ("subject", models.UUIDField()),
                ("key", models.CharField(max_length=200)),
                ("step", models.CharField(max_length=13)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "subject", "key", "step"), name="alerts_reminded_once")
                ]
            },
        ),
        *run_file(__file__, "reminders"),
    ]

"""TAK servers that alerts and sightings are shown on."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids
from port2port.base.sql import run_file


def to(model: str) -> "models.ForeignKey[Any, Any]":
    """A row of another table, which stays while this one is there."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0009_groups_policy"), ("members", "0006_machines")]

    operations = [
        migrations.CreateModel(
            name="TakServer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", to("members.organisation")),
                ("person", to("members.person")),
                ("hat", to("members.membership")),
                ("name", models.CharField(max_length=80)),
                ("address", models.CharField(max_length=260)),
                ("tlp", models.SmallIntegerField()),
                ("language", models.CharField(max_length=2)),
                ("ca", models.TextField(default="")),
                ("certificate", models.TextField()),
                ("secret", models.BinaryField()),
                ("ends_at", models.DateTimeField()),
                ("made_by", to("members.person")),
                ("made_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(default="", max_length=60)),
                ("shows", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name"), name="exchange_tak_name"),
                    models.UniqueConstraint(fields=("person",), name="exchange_tak_person"),
                    models.CheckConstraint(condition=models.Q(tlp__in=(0, 1)), name="exchange_tak_tlp"),
                ]
            },
        ),
        *run_file(__file__, "tak"),
    ]

"""Exports are remembered, misuse from inside raises an alarm; their policies and definer functions."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids
from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_recognising"),
        ("sharing", "0002_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=20)),
                ("form", models.CharField(max_length=8)),
                ("number", models.PositiveIntegerField()),
                ("records", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("circle", models.UUIDField(null=True)),
                ("recalled_at", models.DateTimeField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pair",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("path", models.CharField(max_length=200)),
                ("records", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("circle", models.UUIDField(null=True)),
                ("reason", models.CharField(max_length=400)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("approved", models.BooleanField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
                    ),
                ),
                (
                    "answered_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MisuseAlarm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(choices=[("reading", "reading"), ("export", "export")], max_length=8)),
                ("at", models.DateTimeField()),
                ("day", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("usual", models.PositiveIntegerField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("remark", models.CharField(default="", max_length=400)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "organisation", "kind", "day"), name="sharing_misusealarm_once"
                    )
                ],
            },
        ),
        *run_file(__file__, "misuse", "pairs"),
    ]

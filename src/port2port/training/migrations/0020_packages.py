"""Packages of organisations, and how far people are in them."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0006_machines"),
        ("training", "0019_authoring_policy"),
    ]

    operations = [
        migrations.AddField("owncourse", "package", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="Package",
            fields=[
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="package",
                        serialize=False,
                        to="training.edition",
                    ),
                ),
                ("standard", models.CharField(max_length=4)),
                ("title", models.CharField(max_length=120)),
                ("launch", models.CharField(max_length=200)),
                ("parameters", models.CharField(default="", max_length=1000)),
                ("passing", models.FloatField(null=True)),
                ("threshold", models.FloatField(null=True)),
                ("data", models.CharField(default="", max_length=4000)),
                ("files", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("address", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("standard__in", ("1.2", "2004"))), name="training_package_standard"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1)),
                ("kept", models.JSONField(default=dict)),
                ("outcome", models.CharField(default="going", max_length=6)),
                ("begun_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("completed_at", models.DateTimeField(null=True)),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.edition",
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
                "constraints": [
                    models.UniqueConstraint(fields=("person", "edition"), name="training_run_once"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ("going", "done", "failed"))), name="training_run_outcome"
                    ),
                ],
            },
        ),
    ]

"""Campaigns, what was done in them, and the slips and sums of their questions."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_shield"),
        ("training", "0008_culture"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slug", models.CharField(max_length=60)),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), size=None),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("before_until", models.DateField()),
                ("after_until", models.DateField()),
                ("tell", models.CharField(default="", max_length=80)),
                ("code", models.CharField(max_length=24, unique=True)),
                ("updated_at", models.DateTimeField()),
                ("sequence", models.PositiveSmallIntegerField(default=0)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CampaignDeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("on", models.DateField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deeds", to="training.campaign"
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
        ),
        migrations.CreateModel(
            name="PulseTally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign_id",
                        "wave",
                        "question",
                        "option",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("wave", models.CharField(max_length=6)),
                ("question", models.CharField(max_length=40)),
                ("option", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="training.campaign",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PulseTicket",
            fields=[
                ("secret", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("wave", models.CharField(max_length=6)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="training.campaign"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PulseWave",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign_id", "wave", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("wave", models.CharField(max_length=6)),
                ("made", models.PositiveIntegerField(default=0)),
                ("answered", models.PositiveIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waves",
                        to="training.campaign",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gte", models.F("starts_on")),
                    ("before_until__gte", models.F("starts_on")),
                    ("after_until__gte", models.F("ends_on")),
                ),
                name="training_campaign_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="pulsewave",
            constraint=models.CheckConstraint(
                condition=models.Q(("wave__in", ("before", "after"))), name="training_pulsewave_wave"
            ),
        ),
    ]

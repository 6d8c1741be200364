"""What was sent to an authority, and what an organisation says of itself: as what, since when, on whose word."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids

PROTECT = django.db.models.deletion.PROTECT
CASCADE = django.db.models.deletion.CASCADE


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0002_policy"),
        ("members", "0001_initial"),
        ("reports", "0009_cyber_facts_policy"),
    ]
    operations = [
        migrations.AddField("organisationfact", "nis2_category", models.CharField(default="", max_length=9)),
        migrations.AddField("organisationfact", "supervisor", models.CharField(default="", max_length=160)),
        migrations.AddField("organisationfact", "since", models.DateField(null=True)),
        migrations.AddField("organisationfact", "source", models.CharField(default="", max_length=160)),
        migrations.AddConstraint(
            "organisationfact",
            models.CheckConstraint(
                condition=models.Q(nis2_category="")
                | models.Q(nis2_scope=True, nis2_category__in=("essential", "important")),
                name="reports_organisationfact_category",
            ),
        ),
        migrations.CreateModel(
            "Sending",
            [
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("report", models.ForeignKey("reports.report", CASCADE, related_name="+")),
                ("organisation", models.ForeignKey("members.organisation", PROTECT, related_name="+", db_index=False)),
                ("happening", models.OneToOneField("compliance.happening", CASCADE, related_name="+")),
                ("kind", models.CharField(max_length=40)),
                ("case", models.CharField(default="", max_length=80)),
                ("form", models.CharField(max_length=60)),
                ("form_version", models.PositiveSmallIntegerField()),
                ("language", models.CharField(max_length=2)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("channel", models.CharField(max_length=8)),
                ("sent_at", models.DateTimeField()),
                ("reference", models.CharField(default="", max_length=80)),
                ("by", models.ForeignKey("members.person", PROTECT, related_name="+", db_index=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(channel__in=("portal", "mail", "phone", "letter", "other")),
                        name="reports_sending_channel",
                    ),
                    models.CheckConstraint(condition=~models.Q(text=""), name="reports_sending_text"),
                ]
            },
        ),
    ]

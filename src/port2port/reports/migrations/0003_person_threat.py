"""Threats to a person: a mark on a report that keeps it out of matching and counts, and among those it was told to."""

import django.db.models.deletion
from django.db import migrations, models

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_policy")]
    operations = [
        migrations.CreateModel(
            name="PersonThreat",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="reports.report",
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("contact", models.CharField(default="", max_length=200)),
                ("pso", models.BooleanField(default=False)),
            ],
        ),
        *run_file(__file__, "threats"),
    ]

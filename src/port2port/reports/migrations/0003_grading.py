"""Threats to a person, and the grading of source and information: their tables."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0004_recognising"), ("reports", "0002_policy")]
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
        migrations.CreateModel(
            name="Grading",
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
                ("scheme", models.CharField(default="", max_length=9)),
                ("source", models.CharField(default="", max_length=1)),
                ("information", models.CharField(default="", max_length=1)),
                ("handling", models.CharField(default="", max_length=2)),
                ("handling_text", models.CharField(default="", max_length=400)),
                ("at", models.DateTimeField()),
                (
                    "graded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("information__in", "123456"), ("scheme", "admiralty"), ("source__in", "ABCDEF")),
                            models.Q(("information__in", "1234"), ("scheme", "4x4"), ("source__in", "ABCX")),
                            models.Q(
                                ("handling__in", ("H0", "H1", "H2", "H3")),
                                ("information", ""),
                                ("scheme", ""),
                                ("source", ""),
                            ),
                            _connector="OR",
                        ),
                        name="reports_grading_one_scheme",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handling", "H3"), models.Q(("handling_text", ""), _negated=True)),
                            models.Q(("handling__in", ("", "H0", "H1", "H2")), ("handling_text", "")),
                            _connector="OR",
                        ),
                        name="reports_grading_handling",
                    ),
                ],
            },
        ),
    ]

"""Security verifications: rows of an employer, and numbers for others."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0003_reports"),
        ("members", "0005_shield"),
        ("sharing", "0002_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "subject",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="screening",
                        serialize=False,
                        to="compliance.subject",
                    ),
                ),
                ("number", models.CharField(max_length=16)),
                ("function", models.CharField(max_length=40)),
                ("since", models.DateField(null=True)),
                ("applied_on", models.DateField(null=True)),
                ("verified_on", models.DateField(null=True)),
                ("refused_on", models.DateField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ScreeningFigure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("staff", models.PositiveIntegerField()),
                ("verified", models.PositiveIntegerField(null=True)),
                ("invented", models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="subject",
            name="compliance_subject_whole",
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("facility__isnull", False),
                        ("function", ""),
                        ("kind", "facility"),
                        ("organisation", None),
                        ("record", None),
                    ),
                    models.Q(
                        ("facility", None),
                        ("function", ""),
                        ("kind", "port"),
                        ("organisation", None),
                        ("port__isnull", False),
                        ("record", None),
                    ),
                    models.Q(
                        ("function", ""), ("kind", "report"), ("organisation__isnull", False), ("record__isnull", False)
                    ),
                    models.Q(
                        ("function", ""),
                        ("kind", "screening"),
                        ("organisation__isnull", False),
                        ("port", None),
                        ("record", None),
                    ),
                    models.Q(
                        ("kind", "function_holder"),
                        ("organisation__isnull", False),
                        ("record", None),
                        models.Q(("function", ""), _negated=True),
                    ),
                    models.Q(
                        ("facility", None),
                        ("function", ""),
                        ("organisation__isnull", False),
                        ("record", None),
                        models.Q(
                            ("kind__in", ["facility", "port", "report", "function_holder", "screening"]), _negated=True
                        ),
                    ),
                    _connector="OR",
                ),
                name="compliance_subject_whole",
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="changed_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.person"
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
            ),
        ),
        migrations.AddField(
            model_name="screeningfigure",
            name="facility",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.facility"
            ),
        ),
        migrations.AddField(
            model_name="screeningfigure",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"
            ),
        ),
        migrations.AddIndex(
            model_name="screening",
            index=models.Index(
                condition=models.Q(("refused_on", None), _negated=True),
                fields=["refused_on"],
                name="compliance_screening_refused",
            ),
        ),
        migrations.AddIndex(
            model_name="screening",
            index=models.Index(fields=["changed_at"], name="compliance_screening_changed"),
        ),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^([A-Z]{1,3}[-./]?)?[0-9]{1,7}([-./][A-Z0-9]{1,2})?$")),
                name="compliance_screening_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.CheckConstraint(
                condition=models.Q(("refused_on", None), ("applied_on", None), _connector="OR"),
                name="compliance_screening_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.UniqueConstraint(fields=("organisation", "number"), name="compliance_screening_once"),
        ),
        migrations.AddConstraint(
            model_name="screeningfigure",
            constraint=models.UniqueConstraint(
                fields=("month", "organisation", "facility"), name="compliance_screening_month", nulls_distinct=False
            ),
        ),
    ]

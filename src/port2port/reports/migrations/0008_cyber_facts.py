"""What of a cyber attack starts the times to notify, and which flights were shown before a report: their columns."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("flights", "0002_policy"),
        ("members", "0004_recognising"),
        ("reports", "0007_occasions_policy"),
        ("sharing", "0003_misuse"),
    ]

    operations = [
        migrations.CreateModel(
            name="FlightShown",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="report",
            name="aware_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="personal_data_breach",
            field=models.CharField(default="", max_length=7),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("personal_data_breach__in", ("", "yes", "no", "unknown"))),
                name="reports_report_breach",
            ),
        ),
        migrations.AddField(
            model_name="flightshown",
            name="flight",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="flights.flight"),
        ),
        migrations.AddField(
            model_name="flightshown",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="flights_shown", to="reports.report"
            ),
        ),
        migrations.AddConstraint(
            model_name="flightshown",
            constraint=models.UniqueConstraint(fields=("report", "flight"), name="reports_flightshown_once"),
        ),
    ]

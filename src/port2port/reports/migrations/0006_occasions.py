"""Questions, notes and rules about place, time and method: their columns."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_recognising"),
        ("reports", "0005_protected"),
    ]

    operations = [
        migrations.AddField(
            model_name="ask",
            name="report",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reports.report"
            ),
        ),
        migrations.AddField(
            model_name="matchnote",
            name="met",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="matchnote",
            name="report",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reports.report"
            ),
        ),
        migrations.AddField(
            model_name="matchrule",
            name="tells_occasions",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="ask",
            name="observable",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reports.observable"
            ),
        ),
        migrations.AlterField(
            model_name="matchnote",
            name="observable",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reports.observable"
            ),
        ),
        migrations.AddConstraint(
            model_name="ask",
            constraint=models.CheckConstraint(
                condition=models.Q(("observable", None), ("report", None), _connector="XOR"), name="reports_ask_about"
            ),
        ),
        migrations.AddConstraint(
            model_name="matchnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("observable", None), ("report", None), _connector="XOR"),
                name="reports_matchnote_about",
            ),
        ),
    ]

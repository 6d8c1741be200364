"""In which form a machine is told of an alert."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0007_reminders")]
    operations = [
        migrations.AddField("webhook", "form", models.CharField(max_length=4, default="", db_default="")),
        migrations.AddConstraint(
            "webhook",
            models.CheckConstraint(condition=models.Q(form__in=("", "cap", "stix")), name="alerts_webhook_form"),
        ),
        migrations.RunSQL("grant select (form) on alerts_webhook to port2port_app", migrations.RunSQL.noop),
    ]

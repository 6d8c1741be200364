"""Reports are subjects: once for each organisation whose duty it is, begun by what the report says."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("compliance", "0002_policy")]
    operations = [
        migrations.RemoveConstraint("happening", "compliance_event_origin"),
        migrations.AddConstraint(
            "happening",
            models.CheckConstraint(
                condition=Q(origin__in=["imported", "reminder", "invented", "report"]), name="compliance_event_origin"
            ),
        ),
        migrations.AddConstraint(
            "subject",
            models.UniqueConstraint(
                fields=["record", "organisation"], condition=Q(kind="report"), name="compliance_report_once"
            ),
        ),
    ]

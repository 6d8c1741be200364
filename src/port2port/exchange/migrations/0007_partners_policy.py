"""The policy of what machines got, and what administrators may know of a machine's sight."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_partners"), ("alerts", "0007_reminders")]
    operations = run_file(__file__, "partners")

"""The policy of who trains: results noted, invitations sent, what is declined."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0013_trainers"), ("alerts", "0007_reminders")]
    operations = run_file(__file__, "trainers")

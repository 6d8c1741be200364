"""The policy of campaigns, and what the database alone does with slips and sums."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0009_campaigns")]
    operations = run_file(__file__, "campaigns")

"""The policy of sharing groups that are circles here, and of how far what came for them may go."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("exchange", "0008_groups")]
    operations = run_file(__file__, "groups")

"""The policy of practices."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("reports", "0002_policy"), ("knowledge", "0002_practices")]
    operations = run_file(__file__, "practices")

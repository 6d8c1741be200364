"""The policy of who knows what."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("members", "0002_policy"), ("knowledge", "0006_experts")]
    operations = run_file(__file__, "experts")

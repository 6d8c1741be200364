"""The policy of levels and declarations."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("compliance", "0002_policy"), ("levels", "0001_initial")]
    operations = run_file(__file__, "policy")

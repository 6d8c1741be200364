"""The policy of both; apart, since Django makes the foreign keys at the end of a migration."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("flights", "0002_policy"), ("reports", "0008_cyber_facts")]
    operations = run_file(__file__, "facts")

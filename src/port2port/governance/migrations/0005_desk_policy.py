"""The policy of the data-protection officer's desk."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_desk"), ("reports", "0009_cyber_facts_policy"), ("helpdesk", "0001_initial")]
    operations = run_file(__file__, "desk")

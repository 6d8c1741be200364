"""The policy of record stores: whose they are, and what the worker alone does."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0016_stores")]
    operations = run_file(__file__, "stores")

"""The policy of what-if."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("displacement", "0003_what_if")]
    operations = run_file(__file__, "what_if")

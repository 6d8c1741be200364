"""The sight of adoption, asked for once by a matrix."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("measures", "0004_operations_policy")]
    operations = run_file(__file__, "matrix")

"""Who stands behind the alias of a protected reporter."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("members", "0004_recognising")]
    operations = run_file(__file__, "shield")

"""The policy of how partners' files are read."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("exchange", "0011_filemapping")]
    operations = run_file(__file__, "files")

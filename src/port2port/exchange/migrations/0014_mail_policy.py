"""The policy of mail that comes in."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("exchange", "0013_mail")]
    operations = run_file(__file__, "mail")

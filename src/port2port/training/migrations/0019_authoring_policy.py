"""The policy of the pictures of own courses, and that the vault keeps them."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("training", "0018_authoring"), ("knowledge", "0003_practices_policy")]
    operations = run_file(__file__, "authoring")

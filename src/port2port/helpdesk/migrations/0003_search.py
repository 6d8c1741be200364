"""What is said in a case is found by words with places and weights."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0002_policy"), ("sharing", "0004_search")]
    operations = run_file(__file__, "search")

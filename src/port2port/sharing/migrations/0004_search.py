"""The one search: weights and places in the index, facets beside the keys, ranking."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0003_misuse")]
    operations = run_file(__file__, "search")

"""The beginning: each part of the domain adds its own tables."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("alerts", "0006_public"), ("compliance", "0002_policy")]
    operations: list[migrations.operations.base.Operation] = []

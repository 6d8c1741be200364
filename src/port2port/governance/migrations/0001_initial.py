"""The beginning: each part of the domain adds its own tables."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("sharing", "0004_search"), ("knowledge", "0009_questions_policy")]
    operations: list[migrations.operations.base.Operation] = []

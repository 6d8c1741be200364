"""The policy of questions to the network."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_policy"), ("knowledge", "0008_questions")]
    operations = run_file(__file__, "questions")

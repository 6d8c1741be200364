"""The policy of what partners' systems read and of other nodes, and the triggers that say what is to be rendered."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0004_suppliers_policy"),
        ("exchange", "0002_peers"),
        ("knowledge", "0009_questions_policy"),
        ("measures", "0005_matrix_policy"),
        ("reports", "0009_cyber_facts_policy"),
    ]
    operations = run_file(__file__, "policy", "peers")

"""Keys and the policy of people, circles and everything that signs in."""

from django.db import migrations

from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0001_initial"),
        ("members", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = run_file(__file__, "topics", "acting", "entering", "policy", "identity")

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_policy"), ("sharing", "0004_search")]

    operations = [
        migrations.CreateModel(
            name="MispEvent",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="sharing.record",
                    ),
                ),
                ("uuid", models.UUIDField(unique=True)),
                ("changed", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("manifest", models.TextField()),
                (
                    "hashes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None),
                ),
                ("body", models.TextField()),
            ],
        ),
    ]

"""What people follow: a table of one's own, under its policy."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids
from port2port.base.sql import run_file


class Migration(migrations.Migration):
    dependencies = [("members", "0005_shield"), ("sharing", "0004_search"), ("knowledge", "0009_questions_policy")]
    initial = True
    operations = [
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(max_length=8)),
                ("key", models.CharField(max_length=40)),
                ("since", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "subject", "key"), name="home_follow_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject__in", ("threat", "port", "topic")),
                            models.Q(
                                ("key__regex", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"), ("subject", "record")
                            ),
                            _connector="OR",
                        ),
                        name="home_follow_subject",
                    ),
                ],
            },
        ),
        *run_file(__file__, "following"),
    ]

"""The desk: its book of shifts, its duty numbers, and their policy."""

import django.db.models.deletion
from django.db import migrations, models

import port2port.base.ids
from port2port.base.sql import run_file


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0002_policy'),
        ('members', '0004_recognising'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyNumber',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=80)),
                ('number', models.CharField(max_length=16)),
                ('hours', models.CharField(default='', max_length=80)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('facility', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.facility')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'facility', 'number'), name='alerts_dutynumber_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('number__regex', '^\\+[1-9][0-9]{6,14}$')), name='alerts_dutynumber_e164')],
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('text', models.CharField(max_length=2000)),
                ('open_items', models.JSONField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('remark', models.CharField(default='', max_length=400)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('facility', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.facility')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.organisation')),
                ('taken_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'facility', '-at'], name='alerts_handover_book')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('remark', ''), ('taken_at', None), ('taken_by', None)), models.Q(('taken_at__isnull', False), ('taken_by__isnull', False), models.Q(('taken_by', models.F('by')), _negated=True)), _connector='OR'), name='alerts_handover_taken_by_another')],
            },
        ),
        *run_file(__file__, "desk"),
    ]

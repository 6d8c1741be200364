
import django.db.models.deletion
import port2port.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0005_shield'),
        ('sharing', '0004_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Due',
            fields=[
                ('record', models.UUIDField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('total', models.PositiveIntegerField()),
                ('accepted', models.JSONField(default=list)),
                ('refused', models.JSONField(default=list)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
            ],
        ),
        migrations.CreateModel(
            name='StixObject',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('stix_id', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=60)),
                ('threat', models.CharField(default='', max_length=20)),
                ('version', models.DateTimeField()),
                ('added', models.DateTimeField()),
                ('oldest', models.BooleanField()),
                ('newest', models.BooleanField()),
                ('digest', models.CharField(max_length=64)),
                ('body', models.TextField()),
                ('record', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sharing.record')),
            ],
            options={
                'db_table': 'exchange_object',
            },
        ),
        migrations.CreateModel(
            name='ObjectPosting',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'object_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField()),
                ('sensitive', models.BooleanField()),
                ('added', models.DateTimeField()),
                ('version', models.DateTimeField()),
                ('kind', models.CharField(max_length=60)),
                ('threat', models.CharField(max_length=20)),
                ('oldest', models.BooleanField()),
                ('newest', models.BooleanField()),
                ('tlp', models.SmallIntegerField()),
                ('expires_at', models.DateTimeField()),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exchange.stixobject')),
            ],
            options={
                'db_table': 'exchange_posting',
            },
        ),
        migrations.CreateModel(
            name='Inbound',
            fields=[
                ('id', models.UUIDField(default=port2port.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('stix_id', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=60)),
                ('version', models.DateTimeField()),
                ('added', models.DateTimeField()),
                ('tlp', models.SmallIntegerField()),
                ('body', models.TextField()),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exchange.delivery')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='sharing.record')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'added'], name='exchange_inbound_added')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'stix_id', 'version'), name='exchange_inbound_once')],
            },
        ),
        migrations.AddIndex(
            model_name='stixobject',
            index=models.Index(fields=['stix_id', 'added'], name='exchange_object_stix'),
        ),
        migrations.AddIndex(
            model_name='stixobject',
            index=models.Index(fields=['-added'], name='exchange_object_added'),
        ),
    ]

"""Fields of the team's own: what it wants to know of its deals besides."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0011_activities'),
        ('teams', '0007_second_wall'),
    ]

    operations = [
        migrations.AddField(
            model_name='deal',
            name='custom',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='FieldDefinition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('deal', 'Deals'), ('organization', 'Organizations'), ('contact', 'Contacts')], max_length=12)),
                ('key', models.SlugField(db_index=False, max_length=40)),
                ('label', models.CharField(max_length=60, verbose_name='name')),
                ('label_key', models.CharField(editable=False, max_length=180)),
                ('type', models.CharField(choices=[('text', 'Text'), ('long_text', 'Long text'), ('number', 'Number'), ('money', 'Money'), ('date', 'Date'), ('yes_no', 'Yes or no'), ('choice', 'One of a list'), ('choices', 'Several of a list'), ('url', 'Web address')], max_length=10)),
                ('options', models.JSONField(default=list)),
                ('position', models.PositiveSmallIntegerField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fields', to='teams.team')),
            ],
            options={
                'verbose_name': 'field',
                'verbose_name_plural': 'fields',
                'constraints': [models.UniqueConstraint(fields=('team', 'target', 'key'), name='one_field_per_key'), models.UniqueConstraint(condition=models.Q(('archived_at', None)), fields=('team', 'target', 'label_key'), name='one_living_field_per_label'), models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='field_has_a_label'), models.CheckConstraint(condition=models.Q(('target__in', ['deal', 'organization', 'contact'])), name='field_target_is_known'), models.CheckConstraint(condition=models.Q(('type__in', ['text', 'long_text', 'number', 'money', 'date', 'yes_no', 'choice', 'choices', 'url'])), name='field_type_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('type__in', ('choice', 'choices')), models.Q(('options', []), _negated=True)), models.Q(models.Q(('type__in', ('choice', 'choices')), _negated=True), ('options', [])), _connector='OR'), name='lists_alone_have_options')],
            },
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('crm_fielddefinition');",
            "SELECT kring_tear_down_wall('crm_fielddefinition');",
        ),
    ]

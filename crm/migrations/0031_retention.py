"""For how long a team keeps who somebody at a customer is, behind its wall."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0030_tags'),
        ('teams', '0013_hours_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('months', models.PositiveSmallIntegerField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.AddField(
            model_name='contact',
            name='anonymised_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at', None), ('language', ''), _connector='OR'), name='anonymised_contact_says_nothing'),
        ),
        migrations.AddField(
            model_name='retentionrule',
            name='team',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='retention_rule', to='teams.team'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('months__range', (6, 120))), name='contacts_are_kept_for_some_months'),
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('crm_retentionrule');",
            "SELECT kring_tear_down_wall('crm_retentionrule');",
        ),
    ]

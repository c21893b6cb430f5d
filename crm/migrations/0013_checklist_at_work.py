"""What is done for a deal of its stage's checklist; shown to its team only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BUILD = """
ALTER TABLE crm_tick ADD CONSTRAINT tick_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
SELECT kring_build_wall('crm_tick');
"""

TEAR_DOWN = """
SELECT kring_tear_down_wall('crm_tick');
ALTER TABLE crm_tick DROP CONSTRAINT tick_is_the_teams;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0012_fields_of_the_team'),
        ('teams', '0008_sent_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ticks', to='crm.deal')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.stage')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('deal', 'stage', 'item'), name='an_item_is_ticked_once')],
            },
        ),
        migrations.RunSQL(BUILD, TEAR_DOWN),
    ]

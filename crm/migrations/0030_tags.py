"""Tags: what a team calls some of its deals by, to find them together."""

import django.db.models.deletion
from django.db import migrations, models

ONE_TEAM = """
ALTER TABLE crm_tag ADD CONSTRAINT tag_within_team UNIQUE (team_id, id);
ALTER TABLE crm_dealtag ADD CONSTRAINT tagged_deal_is_the_teams
    FOREIGN KEY (team_id, deal_id) REFERENCES crm_deal (team_id, id) ON DELETE CASCADE DEFERRABLE;
ALTER TABLE crm_dealtag ADD CONSTRAINT tag_is_the_teams
    FOREIGN KEY (team_id, tag_id) REFERENCES crm_tag (team_id, id) DEFERRABLE;
SELECT kring_build_wall('crm_tag');
SELECT kring_build_wall('crm_dealtag');
"""

ONE_TEAM_UNDONE = """
SELECT kring_tear_down_wall('crm_dealtag');
SELECT kring_tear_down_wall('crm_tag');
ALTER TABLE crm_dealtag DROP CONSTRAINT tag_is_the_teams;
ALTER TABLE crm_dealtag DROP CONSTRAINT tagged_deal_is_the_teams;
ALTER TABLE crm_tag DROP CONSTRAINT tag_within_team;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0029_merged'),
        ('teams', '0013_hours_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('name_key', models.CharField(editable=False, max_length=480)),
                ('position', models.PositiveIntegerField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='teams.team')),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DealTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='crm.deal')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.tag')),
            ],
        ),
        migrations.AddField(
            model_name='deal',
            name='tags',
            field=models.ManyToManyField(related_name='deals', through='crm.DealTag', to='crm.tag'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('team', 'name_key'), name='one_tag_of_a_name_in_a_team'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='tag_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='dealtag',
            constraint=models.UniqueConstraint(fields=('deal', 'tag'), name='each_tag_once_on_a_deal'),
        ),
        migrations.RunSQL(ONE_TEAM, ONE_TEAM_UNDONE),
    ]

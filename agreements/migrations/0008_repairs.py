"""What was broken can be made good: by which agreement, and of which team."""

import django.db.models.deletion
from django.db import migrations, models

WITHIN = """
ALTER TABLE agreements_occurrence ADD CONSTRAINT day_within_team UNIQUE (team_id, id);
ALTER TABLE agreements_agreement ADD CONSTRAINT what_it_repairs_is_the_teams
    FOREIGN KEY (team_id, repairs_id) REFERENCES agreements_occurrence (team_id, id) DEFERRABLE;
"""
UNDONE = """
ALTER TABLE agreements_agreement DROP CONSTRAINT what_it_repairs_is_the_teams;
ALTER TABLE agreements_occurrence DROP CONSTRAINT day_within_team;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0007_contract'),
    ]

    operations = [
        migrations.AddField(
            model_name='agreement',
            name='repairs',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='agreements.occurrence'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('declined', 'withdrawn', 'lapsed')), _negated=True), fields=('repairs',), name='a_broken_promise_is_repaired_once'),
        ),
        migrations.RunSQL(WITHIN, UNDONE),
    ]

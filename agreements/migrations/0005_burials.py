"""From when until when each procedure lay in its grave; what was buried so far is told by the logbook."""

import django.db.models.deletion
from django.db import migrations, models

OF_THE_TEAM = """
ALTER TABLE agreements_procedure ADD CONSTRAINT procedure_within_team UNIQUE (team_id, id);
ALTER TABLE agreements_burial ADD CONSTRAINT burial_is_of_the_teams_procedure
    FOREIGN KEY (team_id, procedure_id) REFERENCES agreements_procedure (team_id, id) DEFERRABLE;
"""
OF_ANY_TEAM = """
ALTER TABLE agreements_burial DROP CONSTRAINT burial_is_of_the_teams_procedure;
ALTER TABLE agreements_procedure DROP CONSTRAINT procedure_within_team;
"""
FROM_THE_LOGBOOK = """
INSERT INTO agreements_burial (team_id, procedure_id, hours, buried_at, raised_at)
SELECT team_id, subject_id, (details ->> 'hours')::numeric, at, raised_at
FROM (
    SELECT line.*, lead(line.at) OVER (PARTITION BY line.subject_id ORDER BY line.at, line.id) AS raised_at
    FROM teams_logentry line
    WHERE line.subject_label = 'agreements.procedure'
        AND line.kind IN ('agreements.procedure.buried', 'agreements.procedure.resurrected')
) AS told
WHERE kind = 'agreements.procedure.buried';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0004_comes_round'),
        ('teams', '0015_mail_with_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Burial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hours', models.DecimalField(decimal_places=2, max_digits=6)),
                ('buried_at', models.DateTimeField()),
                ('raised_at', models.DateTimeField(null=True)),
                ('procedure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='burials', to='agreements.procedure')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
            options={
                'indexes': [models.Index(fields=['team', 'buried_at'], name='burials_of_a_team')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('raised_at', None)), fields=('procedure',), name='a_procedure_lies_in_one_grave'), models.CheckConstraint(condition=models.Q(('raised_at', None), ('raised_at__gte', models.F('buried_at')), _connector='OR'), name='a_procedure_is_raised_after_its_burial')],
            },
        ),
        migrations.RunSQL(FROM_THE_LOGBOOK, migrations.RunSQL.noop),
        migrations.RunSQL(OF_THE_TEAM, OF_ANY_TEAM),
        migrations.RunSQL(
            "SELECT kring_build_wall('agreements_burial')",
            "SELECT kring_tear_down_wall('agreements_burial')",
        ),
    ]

"""Put a job in the book for every clock that runs.

An agreement and a day of one could have the same number and the same last day; then the second of
their jobs was taken for the first, and was never put in the book.
"""

from django.db import migrations

REARM = """
INSERT INTO teams_job (kind, key, payload, run_at, state, attempts, error)
SELECT 'agreements.silence', 'occurrence_id=' || day.id || ':' || (day.clock_on + 1),
       jsonb_build_object('team_id', day.team_id, 'occurrence_id', day.id),
       (day.clock_on + 1)::timestamp AT TIME ZONE team.timezone, 'due', 0, ''
FROM agreements_occurrence day JOIN teams_team team ON team.id = day.team_id
WHERE day.clock_on IS NOT NULL
ON CONFLICT (kind, key) DO NOTHING;
INSERT INTO teams_job (kind, key, payload, run_at, state, attempts, error)
SELECT 'agreements.silence', 'agreement_id=' || agreement.id || ':' || (answer_by + 1),
       jsonb_build_object('team_id', agreement.team_id, 'agreement_id', agreement.id),
       (answer_by + 1)::timestamp AT TIME ZONE team.timezone, 'due', 0, ''
FROM agreements_agreement agreement JOIN teams_team team ON team.id = agreement.team_id
WHERE answer_by IS NOT NULL
ON CONFLICT (kind, key) DO NOTHING;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0008_repairs'),
        ('teams', '0015_mail_with_pictures'),
    ]

    operations = [migrations.RunSQL(REARM, migrations.RunSQL.noop)]

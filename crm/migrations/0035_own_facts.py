"""What a team knows of customers besides, in its own fields about them."""

import django.db.models.deletion
from django.db import migrations, models


# As everything else that is written about a customer; see 0029.
LED_ON = "".join(
    f"CREATE TRIGGER {kind}_lives_on BEFORE INSERT OR UPDATE OF {kind}_id ON crm_ownfacts"
    f" FOR EACH ROW WHEN (NEW.{kind}_id IS NOT NULL)"
    f" EXECUTE FUNCTION crm_lead_on('{kind}_id', 'crm_{kind}');"
    for kind in ("organization", "contact")
)
STAYING = "".join(
    f"DROP TRIGGER {kind}_lives_on ON crm_ownfacts;" for kind in ("organization", "contact")
)


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0034_calendar_views'),
        ('teams', '0013_hours_are_kept'),
    ]

    operations = [
        migrations.AddField(
            model_name='mergerecord',
            name='filled',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='OwnFacts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('custom', models.JSONField(default=dict)),
                ('before', models.JSONField(default=dict)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.contact')),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.organization')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', False), ('organization', None)), models.Q(('contact', None), ('organization__isnull', False)), _connector='OR'), name='own_facts_are_about_one_customer'), models.UniqueConstraint(fields=('team', 'organization'), name='own_facts_of_a_team_stand_once_per_organization'), models.UniqueConstraint(fields=('team', 'contact'), name='own_facts_of_a_team_stand_once_per_contact')],
            },
        ),
        migrations.RunSQL(LED_ON, STAYING),
        migrations.RunSQL(
            "SELECT kring_build_wall('crm_ownfacts');",
            "SELECT kring_tear_down_wall('crm_ownfacts');",
        ),
    ]

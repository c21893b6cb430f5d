"""Customers that became one: nothing is written about the one that was merged any more."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


# Whoever writes down something about a customer meets whoever merges it: both hold its row, and
# who comes second finds the one that lives on.
LEAD_ON = """
CREATE FUNCTION crm_lead_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pointed bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    lives_on bigint;
BEGIN
    EXECUTE format('SELECT merged_into_id FROM %I WHERE id = $1 FOR KEY SHARE', TG_ARGV[1])
        INTO lives_on USING pointed;
    IF lives_on IS NOT NULL THEN
        NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], lives_on));
    END IF;
    RETURN NEW;
END $$;
"""
STAY = "DROP FUNCTION crm_lead_on();"
POINTING = {
    "organization": ("crm_deal", "crm_affiliation", "crm_activity", "crm_note"),
    "contact": (
        "crm_deal", "crm_affiliation", "crm_activity", "crm_note", "crm_interaction",
        "crm_contactpoint",
    ),
}  # fmt: skip
TRIGGERS = [
    (
        f"CREATE TRIGGER {kind}_lives_on BEFORE INSERT OR UPDATE OF {kind}_id ON {table}"
        f" FOR EACH ROW WHEN (NEW.{kind}_id IS NOT NULL)"
        f" EXECUTE FUNCTION crm_lead_on('{kind}_id', 'crm_{kind}')",
        f"DROP TRIGGER {kind}_lives_on ON {table}",
    )
    for kind, tables in POINTING.items()
    for table in tables
]


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0028_sources_and_loss_reasons'),
    ]

    operations = [
        migrations.CreateModel(
            name='MergeRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('old', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('new', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('moved', models.JSONField(default=dict)),
                ('demoted', models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name='contact',
            name='merged_into',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='crm.contact'),
        ),
        migrations.AddField(
            model_name='organization',
            name='merged_into',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='crm.organization'),
        ),
        migrations.AlterField(
            model_name='organization',
            name='name_key',
            field=models.CharField(editable=False, max_length=160),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('pk')), _negated=True), _connector='OR'), name='contact_is_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('pk')), _negated=True), _connector='OR'), name='organization_is_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.UniqueConstraint(condition=models.Q(('merged_into', None)), fields=('name_key',), name='one_organization_per_name'),
        ),
        migrations.AddField(
            model_name='mergerecord',
            name='absorbed_contact',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.contact'),
        ),
        migrations.AddField(
            model_name='mergerecord',
            name='absorbed_organization',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.organization'),
        ),
        migrations.AddField(
            model_name='mergerecord',
            name='contact',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.contact'),
        ),
        migrations.AddField(
            model_name='mergerecord',
            name='organization',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.organization'),
        ),
        migrations.AddConstraint(
            model_name='mergerecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('absorbed_contact', None), ('absorbed_organization__isnull', False), ('contact', None), ('organization__isnull', False)), models.Q(('absorbed_contact__isnull', False), ('absorbed_organization', None), ('contact__isnull', False), ('organization', None)), _connector='OR'), name='merge_is_of_two_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='mergerecord',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('absorbed_organization',), name='absorbed_organization_is_merged_once'),
        ),
        migrations.AddConstraint(
            model_name='mergerecord',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('absorbed_contact',), name='absorbed_contact_is_merged_once'),
        ),
        migrations.RunSQL(LEAD_ON, STAY),
        *(migrations.RunSQL(there, gone) for there, gone in TRIGGERS),
    ]

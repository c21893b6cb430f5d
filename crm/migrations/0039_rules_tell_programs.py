"""Rules that tell another program."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0038_rules_fill_in'),
        ('teams', '0013_hours_are_kept'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rule',
            name='rule_does_something',
        ),
        migrations.AddField(
            model_name='rule',
            name='hook_seed',
            field=models.UUIDField(default=uuid.uuid4),
        ),
        migrations.AddField(
            model_name='rule',
            name='hook_url',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='rulerun',
            name='answered',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activity_title', ''), _negated=True), ('tag__isnull', False), ('source__isnull', False), models.Q(('custom', {}), _negated=True), ('mails', True), models.Q(('hook_url', ''), _negated=True), _connector='OR'), name='rule_does_something'),
        ),
    ]

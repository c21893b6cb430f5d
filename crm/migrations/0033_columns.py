"""Which columns a saved view shows, and which an export holds."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0032_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='export',
            name='columns',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='savedview',
            name='columns',
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name='export',
            name='sort',
            field=models.CharField(max_length=60),
        ),
        migrations.AlterField(
            model_name='savedview',
            name='sort',
            field=models.CharField(blank=True, max_length=60),
        ),
    ]

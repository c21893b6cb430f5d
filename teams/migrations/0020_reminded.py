"""Who wants no mail of the morning."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0019_dissolved'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='is_reminded',
            field=models.BooleanField(default=True, verbose_name='is reminded by mail'),
        ),
    ]

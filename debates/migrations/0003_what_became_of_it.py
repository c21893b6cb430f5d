"""What became of a decision stands beside its words."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('debates', '0002_nobody_left'),
    ]

    operations = [
        migrations.AlterField(
            model_name='experiment',
            name='version',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='experiment', to='debates.proposalversion'),
        ),
    ]

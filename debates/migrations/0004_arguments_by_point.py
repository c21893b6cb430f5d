"""What was said to a point is found by the point."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('debates', '0003_what_became_of_it'),
    ]

    operations = [
        migrations.AlterField(
            model_name='argument',
            name='point',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arguments', to='debates.point'),
        ),
    ]

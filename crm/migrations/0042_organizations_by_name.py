"""A page of deals by customer is read in the order of an index, and not from all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0041_before_a_view_changed")]

    operations = [
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(fields=["name_key"], name="organizations_by_name"),
        ),
    ]

"""What imports leave behind: external ids, and the runs that changed something."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_promises")]

    operations = [
        migrations.CreateModel(
            name="ExternalId",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(max_length=60)),
                ("label", models.CharField(max_length=60)),
                ("external_id", models.CharField(max_length=200)),
                ("object_id", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "label", "external_id"), name="one_record_per_external_id"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CompanyImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(max_length=60)),
                ("as_of", models.DateField()),
                ("at", models.DateTimeField()),
                ("created", models.PositiveIntegerField()),
                ("updated", models.PositiveIntegerField()),
                ("unchanged", models.PositiveIntegerField()),
            ],
        ),
    ]

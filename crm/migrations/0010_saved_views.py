"""Questions that a team, or somebody in it, comes back to; behind the second wall."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0009_open_spells"),
        ("teams", "0007_second_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("filter", models.JSONField(default=list)),
                ("sort", models.CharField(blank=True, max_length=30)),
                (
                    "layout",
                    models.CharField(
                        choices=[("list", "List"), ("board", "Board")],
                        default="list",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("discarded_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="view_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("layout__in", ["list", "board"])),
                        name="view_layout_is_known",
                    ),
                    models.UniqueConstraint(
                        models.F("team"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(
                            ("discarded_at__isnull", True), ("person__isnull", True)
                        ),
                        name="views_of_a_team_have_names",
                    ),
                    models.UniqueConstraint(
                        models.F("team"),
                        models.F("person"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(
                            ("discarded_at__isnull", True), ("person__isnull", False)
                        ),
                        name="views_of_a_person_have_names",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "SELECT kring_build_wall('crm_savedview');",
            "SELECT kring_tear_down_wall('crm_savedview');",
        ),
    ]

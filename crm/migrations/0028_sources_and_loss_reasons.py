"""Where deals come from and why they are lost, as rows of the team: what stood there as text.

A figure knew a reason by its text in small letters. That stays its key, so that what was counted
and published before stands as it is.
"""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Lower

CHOICE = [
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
    ("version", models.PositiveIntegerField(default=1)),
    ("name", models.CharField(max_length=160, verbose_name="name")),
    ("name_key", models.CharField(editable=False, max_length=480)),
    ("position", models.PositiveIntegerField()),
    ("archived_at", models.DateTimeField(null=True)),
]  # fmt: skip

ONE_TEAM = """
ALTER TABLE crm_source ADD CONSTRAINT source_within_team UNIQUE (team_id, id);
ALTER TABLE crm_lossreason ADD CONSTRAINT lossreason_within_team UNIQUE (team_id, id);
ALTER TABLE crm_deal ADD CONSTRAINT source_is_the_teams
    FOREIGN KEY (team_id, source_id) REFERENCES crm_source (team_id, id) DEFERRABLE;
ALTER TABLE crm_deal ADD CONSTRAINT loss_reason_is_the_teams
    FOREIGN KEY (team_id, loss_reason_id) REFERENCES crm_lossreason (team_id, id) DEFERRABLE;
SELECT kring_build_wall('crm_source');
SELECT kring_build_wall('crm_lossreason');
"""

ONE_TEAM_UNDONE = """
SELECT kring_tear_down_wall('crm_lossreason');
SELECT kring_tear_down_wall('crm_source');
ALTER TABLE crm_deal DROP CONSTRAINT loss_reason_is_the_teams;
ALTER TABLE crm_deal DROP CONSTRAINT source_is_the_teams;
ALTER TABLE crm_lossreason DROP CONSTRAINT lossreason_within_team;
ALTER TABLE crm_source DROP CONSTRAINT source_within_team;
"""


def _name_key(name: str) -> str:
    return " ".join(name.split()).casefold()


def give_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let each text be a row of its team."""
    deals, sources, reasons = _rows_of(apps, schema_editor)
    _rows_for(deals, "source_text", "source", sources)
    _rows_for(deals, "loss_text", "loss_reason", reasons)


def _rows_of(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> list[Any]:
    owner = schema_editor.connection.alias
    names = ("Deal", "Source", "LossReason")
    return [apps.get_model("crm", name).objects.using(owner) for name in names]


def _rows_for(deals: Any, text: str, link: str, choices: Any) -> None:
    """What is written most comes first, and is called as it is written most."""
    written = deals.exclude(**{text: ""}).values("team", text)
    by_use = written.annotate(count=models.Count("pk"), key=Lower(text)).order_by("-count", text)
    rows: dict[tuple[int, str], Any] = {}
    for found in list(by_use):
        team, words = found["team"], found[text]
        known = (team, _name_key(words))
        if known not in rows:
            more = {"key": found["key"]} if link == "loss_reason" else {}
            place = sum(here == team for here, _key in rows) + 1
            rows[known] = choices.create(
                team_id=team, name=words, name_key=known[1], position=place, **more
            )
        deals.filter(team=team, **{text: words}).update(**{link: rows[known]})


def write_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back: the names of the rows as text."""
    deals, sources, reasons = _rows_of(apps, schema_editor)
    for source in sources:
        deals.filter(source=source).update(source_text=source.name[:80])
    for reason in reasons:
        deals.filter(loss_reason=reason).update(loss_text=reason.name)


def _team() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="%(class)ss",
        to="teams.team",
    )


def _named(model: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=("team", "name_key"), name=f"one_{model}_of_a_name_in_a_team"),
        models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name=f"{model}_has_a_name"),
    ]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("crm", "0027_alike"), ("teams", "0007_second_wall")]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[*CHOICE, ("team", _team())],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "abstract": False,
                "constraints": _named("source"),
            },
        ),
        migrations.CreateModel(
            name="LossReason",
            fields=[
                *CHOICE,
                ("key", models.CharField(editable=False, max_length=200)),
                ("team", _team()),
            ],
            options={
                "verbose_name": "loss reason",
                "verbose_name_plural": "loss reasons",
                "constraints": [
                    *_named("lossreason"),
                    models.UniqueConstraint(fields=("team", "key"), name="one_lossreason_per_key"),
                ],
            },
        ),
        migrations.RemoveConstraint("deal", "lost_deals_have_a_reason"),
        migrations.RenameField("deal", "source", "source_text"),
        migrations.RenameField("deal", "loss_reason", "loss_text"),
        migrations.AddField(
            "deal",
            "source",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deals",
                to="crm.source",
            ),
        ),
        migrations.AddField(
            "deal",
            "loss_reason",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deals",
                to="crm.lossreason",
            ),
        ),
        # A table with promises to be checked yet cannot be altered: they are checked here.
        migrations.RunSQL(migrations.RunSQL.noop, "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.RunPython(give_rows, write_out),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField("deal", "source_text"),
        migrations.RemoveField("deal", "loss_text"),
        migrations.AddConstraint(
            "deal",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "lost"), _negated=True),
                    ("loss_reason__isnull", False),
                    ("is_imported", True),
                    _connector="OR",
                ),
                name="lost_deals_have_a_reason",
            ),
        ),
        migrations.RunSQL(ONE_TEAM, ONE_TEAM_UNDONE),
    ]

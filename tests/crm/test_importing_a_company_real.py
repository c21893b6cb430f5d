"""Importing a company: a real one, of 8,800 deals, and its re-saved variants."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.management import CommandError
from django.db.models import Avg, Count, ExpressionWrapper, F, FloatField, Q, Sum
from django.db.models.functions import Extract, TruncDate
from django.test import TestCase

from crm.models import Deal, Organization, StageVisit
from crm.proof import disagreements
from tests.crm.companies import bring_in, figures, warnings
from tests.shared import SHARED

REAL = SHARED / "data" / "sales_opportunities"

AS_OF = "2017-12-31"
SAYS = '[product]\n"GTXPro" = "GTX Pro"\n'

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the real company is not at {REAL}"),
]


def folder_with(pipeline: Path, folder: Path) -> Path:
    """A folder that links to the real files, with this one as the pipeline."""
    for path in (REAL / f"{name}.csv" for name in ("accounts", "products", "sales_teams")):
        (folder / path.name).symlink_to(path)
    (folder / pipeline.name).symlink_to(pipeline)
    return folder


@pytest.fixture
def real(tmp_path: Path) -> Path:
    return folder_with(REAL / "sales_pipeline.csv", tmp_path)


def test_an_unknown_product_refuses_it(real):
    with pytest.raises(CommandError) as refusal:
        bring_in(real, as_of=AS_OF)

    assert str(refusal.value).splitlines() == [
        "Nothing was imported.",
        "“GTXPro” in product is unknown (rows: 1480, the first is row 3)."
        " The nearest is “GTX Pro”.",
        "Say what is meant in the map file (--map FILE.toml):",
        "",
        *SAYS.splitlines(),
    ]
    assert not Deal.objects.exists()


def brought_in(pipeline: Path) -> dict[str, Any]:
    """What the command says after it brought in the real company with this pipeline."""
    with TemporaryDirectory() as folder:
        real = folder_with(pipeline, Path(folder))
        return figures(real, "--currency", "USD", as_of=AS_OF, says=SAYS)


class TestTheWholeCompany(TestCase):
    """Brought in once for these tests."""

    said: dict[str, Any]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.said = brought_in(REAL / "sales_pipeline.csv")

    def test_everything_is_brought_in_and_proved(self) -> None:
        said = self.said
        counts = {name: said[name] for name in list(said)[:9]}
        assert counts == {
            "people": 41,
            "organizations": 85,
            "deals": 8800,
            "won": 4238,
            "lost": 2473,
            "open": 2089,
            "created": 8939,
            "updated": 0,
            "unchanged": 0,
        }
        assert (len(said["teams"]), sum(team["members"] for team in said["teams"])) == (6, 35)
        assert warnings(said, "mapped-value") == [("product", 1480, "GTXPro", "GTX Pro")]
        assert warnings(said, "suspected-spelling") == [
            ("sector", 12, "technolgy", "technology"),
            ("office_location", 1, "Philipines", "Philippines"),
        ]
        assert [each[1] for each in warnings(said, "blank-account")] == [1425]
        assert [each[1] for each in warnings(said, "no-date")] == [500]

        won = Deal.objects.filter(outcome="won")
        assert won.aggregate(value=Sum("amount"))["value"] == Decimal(10_005_534)
        days = ExpressionWrapper(
            Extract(TruncDate("closed_at") - TruncDate("opened_at"), "epoch") / 86400.0,
            output_field=FloatField(),
        )
        mean = Deal.objects.closed().aggregate(mean=Avg(days))["mean"]
        assert round(mean, 3) == 47.985
        assert Deal.objects.aggregate(
            undated=Count("pk", filter=Q(opened_precision="none")),
            stages=Count("stage__name", distinct=True),
            teams_with_intake=Count("team", distinct=True, filter=Q(stage__category="intake")),
        ) == {"undated": 500, "stages": 4, "teams_with_intake": 2}
        assert Organization.objects.filter(parent__isnull=False).count() == 15
        assert StageVisit.objects.count() == 8800 + 4238 + 2473
        assert not StageVisit.objects.filter(deal__stage=F("stage"), left_at__isnull=False).exists()
        assert list(disagreements()) == []

    def test_a_resaved_pipeline_holds_nothing_new(self) -> None:
        for variant in ("us_mdy_lf.csv", "eu_ddmmyy_extra_columns_crlf.csv"):
            said = brought_in(REAL / "resaved" / variant)

            assert (said["created"], said["updated"], said["unchanged"]) == (0, 0, 8939)
            assert [each[:2] for each in warnings(said, "date-order")] == [
                ("engage_date", 8300),
                ("close_date", 6711),
            ]


def test_a_resaved_pipeline_says_which_reading_fell_away(tmp_path):
    resaved = folder_with(REAL / "resaved" / "eu_ddmmyy_extra_columns_crlf.csv", tmp_path)

    said = figures(resaved, "--dry-run", as_of=AS_OF, says=SAYS)

    assert warnings(said, "date-order")[0] == (
        "engage_date",
        8300,
        "20-10-16",
        "day-first: 2016-10-20. Read year-first, 2489 deals would close before they begin.",
    )
    assert [each[:3] for each in warnings(said, "column-not-read")] == [
        ("engage_quarter", 8300, "Q4 2016"),
        ("close_quarter", 6711, "Q1 2017"),
    ]

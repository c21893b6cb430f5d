"""A filter: what it finds, how it is written in an address, kept, and told."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q
from django.utils.translation import override

from crm.cards import Reader
from crm.filters import Filter, Vocabulary
from crm.filters.tree import MOST_ALTERNATIVES, MOST_LINES
from crm.models import Contact, Deal, LossReason, Product, Source, Tag
from crm.refusals import FilterError
from tests import builders

DAY = timedelta(days=1)
LIST = "/teams/rijnmond/deals/"


@pytest.fixture
def vocabulary(team, anna, now):
    return Vocabulary(Reader(team, now, sees_people=True), anna.user)


@pytest.fixture
def add(pipeline, anna, now):
    def add(title, *, at=now, stage=None, **facts):
        deal = builders.deal(pipeline, by=anna, at=at, title=title, stage=stage)
        if "source" in facts:
            facts["source"] = builders.chosen(Source, pipeline.team, facts["source"])
        Deal.objects.filter(pk=deal.pk).update(**facts)
        return deal

    return add


@pytest.fixture
def found(team, vocabulary):
    """The titles that these lines find."""

    def found(*lines):
        deals = team.deals.filter(Filter.read(lines, vocabulary).q)
        return sorted(deals.values_list("title", flat=True))

    return found


class TestFinding:
    @pytest.mark.parametrize(
        ("line", "titles"),
        [
            ("amount:at-least:100", ["b", "c"]),
            ("amount:at-most:100", ["a", "b"]),
            ("amount:between:99.50..100", ["b"]),
            ("amount:is:100", ["b"]),
            ("amount:empty", ["d"]),
            ("amount:filled", ["a", "b", "c"]),
        ],
    )
    def test_amounts(self, add, found, line, titles):
        for title, amount in (("a", 99), ("b", 100), ("c", 101), ("d", None)):
            add(title, amount=amount and Decimal(amount))

        assert found(line) == titles

    @pytest.mark.parametrize(
        ("line", "titles"),
        [
            ("source:contains:EB", ["a", "b"]),
            ("source:contains-not:eb", ["c", "d"]),
            ("source:is:web", ["a"]),
            ("source:is-not:web", ["b", "c", "d"]),
            ("source:empty", ["d"]),
            ("source:filled", ["a", "b", "c"]),
            ("title:is:A", ["a"]),
        ],
    )
    def test_texts(self, add, found, line, titles):
        for title, source in (("a", "Web"), ("b", "Webinar"), ("c", "Fair"), ("d", "")):
            add(title, source=source)

        assert found(line) == titles

    def test_customers_are_organizations_or_contacts(self, add, found, pipeline, anna, now):
        builders.deal(pipeline, by=anna, at=now, title="depot", customer="Depot")
        add("contact", contact=Contact.objects.create(name="Noor Depot"))
        add("nobody")

        assert found("customer:contains:depot") == ["contact", "depot"]
        assert found("customer:is-not:depot") == ["contact", "nobody"]
        assert found("customer:empty") == ["nobody"]

    def test_products(self, add, found):
        add("with", product=Product.objects.create(name="GTX Pro"))
        add("without")

        assert found("product:is:gtx pro") == ["with"]
        assert found("product:empty") == ["without"]

    @pytest.mark.parametrize(
        ("line", "days"),
        [
            ("expected:is:2026-11-23", [0]),
            ("expected:before:2026-11-23", [-30, -1]),
            ("expected:after:2026-11-23", [1, 7]),
            ("expected:between:2026-11-22..2026-11-24", [-1, 0, 1]),
            ("expected:last:1", [-1, 0]),
            ("expected:next:7", [0, 1, 7]),
            ("expected:this:week", [0, 1]),
            ("expected:this:month", [-1, 0, 1, 7]),
            ("expected:this:quarter", [-30, -1, 0, 1, 7]),
            ("expected:this:year", [-30, -1, 0, 1, 7]),
            ("expected:filled", [-30, -1, 0, 1, 7]),
        ],
    )
    def test_days(self, add, found, now, line, days):
        assert now.date() == date(2026, 11, 23)
        for day in (-30, -1, 0, 1, 7):
            add(str(day), expected_close_on=now.date() + day * DAY)
        add("unknown")

        assert sorted(map(int, found(line))) == days

    def test_the_last_quarter_ends_with_the_year(self, team, anna, add, now):
        add("in", expected_close_on=date(2026, 12, 31))
        add("after", expected_close_on=date(2027, 1, 1))
        vocabulary = Vocabulary(Reader(team, now, sees_people=True), anna.user)

        for period in ("quarter", "year"):
            (condition,) = Filter.read([f"expected:this:{period}"], vocabulary)
            assert [deal.title for deal in team.deals.filter(condition.q)] == ["in"]

    def test_a_moment_counts_on_the_day_that_it_was_for_the_team(self, add, found, team):
        late = datetime(2026, 11, 20, 23, 30, tzinfo=team.zone)
        add("late", at=late)
        add("next", at=late + timedelta(hours=1))

        assert found("opened:is:2026-11-20") == ["late"]
        assert found("opened:after:2026-11-20") == ["next"]
        assert found("opened:before:2026-11-21") == ["late"]

    def test_closed_deals_by_day_reason_and_outcome(self, add, found, anna, now):
        add("open")
        builders.won(add("won"), by=anna, at=now)
        builders.lost(add("lost"), by=anna, at=now, reason="Price")

        assert found("closed:last:0") == ["lost", "won"]
        assert found("closed:empty") == ["open"]
        assert found("loss:is:price") == ["lost"]
        assert found("outcome:is-not:open") == ["lost", "won"]

    def test_stage_and_process(self, add, found, pipeline, stages):
        add("contact")
        add("proposal", stage=stages[1])

        assert found(f"stage:is:{stages[1].pk}") == ["proposal"]
        assert found(f"stage:is-not:{stages[1].pk}") == ["contact"]
        assert found(f"pipeline:is:{pipeline.pk}") == ["contact", "proposal"]

    def test_next_step_and_its_day(self, add, found, now):
        for day in (-1, 0):
            add(str(day), next_step="Call", next_step_on=now.date() + day * DAY)
        add("none")

        assert found("step:is:none") == ["none"]
        assert found("step:is:planned") == ["-1", "0"]
        assert found("step:is-not:none") == ["-1", "0"]
        assert found("step:is:overdue") == found("due:before:2026-11-23") == ["-1"]

    def test_days_in_the_stage_are_whole_ones(self, add, found, pipeline, now):
        pipeline.stages.update(usual_days=5)
        for days in (0, 2, 6):
            add(str(days), at=now - days * DAY - timedelta(hours=1))

        assert found("age:at-least:2") == ["2", "6"]
        assert found("age:at-most:2") == ["0", "2"]
        assert found("age:is:long") == ["6"]

    def test_who_looks_after_it(self, add, found, anna, bram):
        for title, member in (("mine", anna), ("his", bram), ("nobody’s", None)):
            add(title, owner=member and member.user)

        assert found("owner:is:me") == ["mine"]
        assert found(f"owner:is:{bram.user_id}") == ["his"]
        assert found("owner:is:none") == ["nobody’s"]
        assert found("owner:is-not:me") == ["his", "nobody’s"]

    def test_all_lines_hold_and_one_of_the_alternatives(self, add, found):
        for title, source in (("a", "Web"), ("b", "Fair"), ("c", "Fair"), ("d", "Mail")):
            add(title, source=source)

        assert found("source:is:web|source:is:fair", "title:is:b|title:is:d") == ["b"]
        assert found() == ["a", "b", "c", "d"]

    def test_a_value_may_hold_what_parts_the_alternatives(self, add, found, vocabulary):
        add("a", source=r"1:2|3\4")
        line = r"source:contains:1:2\|3\\4|source:contains:x"

        (read,) = Filter.read([line], vocabulary).lines

        assert found(line) == ["a"]
        assert "|".join(map(str, read)) == line


class TestRefusing:
    @pytest.mark.parametrize(
        "line",
        [
            "",
            "|",
            "x",
            "board_rank:is:1",
            "owner__password:contains:x",
            "amount",
            "amount:is",
            "amount:contains:1",
            "amount:is:1e3",
            "amount:is:-1",
            "amount:is:NaN",
            "amount:is:٣",
            "amount:is:1234567890123",
            "amount:between:5",
            "amount:between:5..1",
            "amount:empty:1",
            "source:is:",
            "source:is:\u202e",
            "source:is:\0",
            "source:is:\ud800",
            "source:is:nowhere",
            "source:contains:" + "x" * 101,
            "stage:is:x",
            "stage:is:0",
            "stage:is:" + "9" * 40,
            "outcome:is:all",
            "step:is:None",
            "age:at-least:3651",
            "age:at-least:-1",
            "closed:is:2026-02-30",
            "closed:is:1989-12-31",
            "closed:is:20261123",
            "closed:this:decade",
            "owner:is:1x",
        ],
    )
    def test_what_nobody_can_ask_is_refused_with_a_sentence(self, vocabulary, line):
        with pytest.raises(FilterError, match=r"\w+.*\.$"):
            Filter.read([line], vocabulary)

    def test_no_more_than_can_be_read(self, vocabulary):
        line = "source:empty"
        Filter.read([line] * MOST_LINES, vocabulary)
        Filter.read(["|".join([line] * MOST_ALTERNATIVES)], vocabulary)

        for lines in ([line] * (MOST_LINES + 1), ["|".join([line] * (MOST_ALTERNATIVES + 1))]):
            with pytest.raises(FilterError, match="more than"):
                Filter.read(lines, vocabulary)

    def test_stages_and_people_of_another_team_are_not_there(self, vocabulary, carla, now):
        theirs = builders.pipeline(carla.team, at=now).first_stage()

        for line in (f"stage:is:{theirs.pk}", f"owner:is:{carla.user_id}"):
            with pytest.raises(FilterError):
                Filter.read([line], vocabulary)

    def test_a_manager_has_no_field_about_a_person(self, team, mia, now):
        vocabulary = Vocabulary(Reader(team, now, sees_people=False), mia)

        assert not any(field.is_personal for field in vocabulary.fields.values())
        with pytest.raises(FilterError):
            Filter.read(["owner:is:me"], vocabulary)


class TestWriting:
    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["amount:between:1.50..2000"],
            ["closed:between:2026-01-01..2026-03-31", "source:contains:web|loss:empty"],
            ["owner:is:me|owner:is-not:none", "expected:this:month", "age:at-least:30"],
        ],
        ids=str,
    )
    def test_what_was_read_is_written_and_kept_as_it_was(self, vocabulary, lines):
        read = Filter.read(lines, vocabulary)

        assert ["|".join(map(str, line)) for line in read.lines] == lines
        assert Filter.kept(read.as_json(), vocabulary) == (read, [])

    def test_every_field_has_operators_that_make_a_condition(self, vocabulary, stages, team):
        for among in (Source, LossReason, Tag):
            among.objects.begin(team, ["One"])
        words = {"amount": "5", "days": "5"}
        for field in vocabulary.fields.values():
            for key, operator in field.operators.items():
                options = getattr(operator.shape, "options", None)
                tries = [*(options or []), "", words["days"], "2026-11-23", "5..6"]
                tries.append("2026-11-23..2026-11-24")
                read = [
                    each for each in tries if self.reads(f"{field.key}:{key}:{each}", vocabulary)
                ]
                assert read, (field.key, key)

    def reads(self, line, vocabulary):
        try:
            found = Filter.read([line], vocabulary)
        except FilterError:
            return False
        assert Deal.objects.filter(found.q).count() == 0
        assert "…" not in found.words
        assert isinstance(found.q, Q)
        return True

    def test_the_usual_is_short_in_an_address(self, vocabulary, stages):
        asked = [f"stage:is:{stages[0].pk}", "outcome:is:open", "step:is:none", "amount:empty"]

        assert Filter.read(asked, vocabulary).address() == [
            ("stage", str(stages[0].pk)),
            ("step", "none"),
            ("filter", "amount:empty"),
        ]
        assert Filter().address() == [("outcome", "all")]

    def test_the_second_of_a_kind_is_written_in_full(self, vocabulary):
        asked = ["outcome:is:won", "q:contains:a", "q:contains:b", "outcome:is:open"]

        assert Filter.read(asked, vocabulary).address() == [
            ("q", "a"),
            ("outcome", "won"),
            ("filter", "q:contains:b"),
            ("filter", "outcome:is:open"),
        ]

    def test_what_has_lost_its_meaning_is_left_out_and_said(self, vocabulary, stages):
        kept = [[["stage", "is", str(stages[0].pk)]], [["stage", "is", "0"]], [["gone", "is", "x"]]]

        read, lost = Filter.kept(kept, vocabulary)

        assert read == Filter.read([f"stage:is:{stages[0].pk}"], vocabulary)
        assert lost == ["What was chosen here is no longer there.", "Nobody knows this field."]


class TestTelling:
    def test_in_words(self, vocabulary, stages):
        asked = [f"stage:is:{stages[1].pk}", "amount:at-least:1000"]

        assert (
            Filter.read(asked, vocabulary).words == "Stage is Proposal and Amount is at least 1,000"
        )

    def test_alternatives_stand_together(self, vocabulary):
        asked = ["source:contains:web|source:empty", "closed:last:30"]

        read = Filter.read(asked, vocabulary)

        assert read.words == (
            "(Source contains “web” or Source is empty) and Closed on falls in the last 30 days"
        )
        assert Filter(read.lines[:1]).words == "Source contains “web” or Source is empty"

    def test_in_the_language_of_the_page(self, vocabulary):
        read = Filter.read(["amount:between:1000..1500.5"], vocabulary)

        assert read.words == "Amount is between 1,000 and 1,500.50"
        with override("nl"):
            told = Filter.read(["amount:between:1000..1500.5"], vocabulary).words
        assert told == "Bedrag ligt tussen 1.000 en 1.500,50"


@pytest.mark.usefixtures("stopped_clock")
class TestThePage:
    def test_the_list_asks_for_it_and_keeps_it_on_every_link(self, annas, add):
        add("small", amount=Decimal(5))
        add("large", amount=Decimal(5000))

        page = annas.get(LIST, {"filter": ["amount:at-least:100"], "sort": "title"})

        assert [row.title for row in page.context["rows"]] == ["large"]
        assert page.context["listing"].totals == {"EUR": Decimal(5000)}
        urls = [heading.url for heading in page.context["headings"] if heading.url]
        assert all("filter=amount:at-least:100" in url for url in urls)
        assert "Amount is at least 100" in page.content.decode()

    def test_who_asks_how_deals_ended_is_shown_the_closed_ones(self, annas, add, anna, now):
        builders.won(add("won"), by=anna, at=now)

        page = annas.get(LIST, {"filter": "closed:last:7"})

        assert [row.title for row in page.context["rows"]] == ["won"]

    @pytest.mark.parametrize("who", ["annas", "mias"])
    @pytest.mark.parametrize("line", ["board_rank:is:1", "amount:is:x", "owner:is:0"])
    def test_what_nobody_can_ask_is_not_there(self, request, team, deal, who, line):
        assert request.getfixturevalue(who).get(LIST, {"filter": line}).status_code == 404

    def test_a_manager_cannot_ask_for_a_person_anywhere(self, mias, annas, deal, anna):
        for line in ("owner:is:me", "owner:is:none", f"source:empty|owner:is-not:{anna.user_id}"):
            assert mias.get(LIST, {"filter": line}).status_code == 404
            assert annas.get(LIST, {"filter": line}).status_code == 200

    @pytest.mark.parametrize(
        "line", ["owner:is:me", "owner:is-not:none", "amount:empty|owner:is:me"]
    )
    def test_where_a_person_is_asked_for_no_figure_is_given(self, annas, deal, line):
        listing = annas.get(LIST, {"filter": line}).context["listing"]

        assert (listing.count, listing.totals) == (None, {})

    def test_a_program_is_told_what_is_wrong(self, annas, mias, deal):
        address = "/api/v1/teams/rijnmond/deals/"

        answer = annas.get(address, {"filter": "amount:is:x"})

        assert answer.status_code == 400
        assert answer.json() == {"filter": ["Write the amount in digits, such as 1234.56."]}
        assert annas.get(address, {"filter": "amount:empty"}).json()["count"] == 1
        assert mias.get(address, {"filter": "owner:is:me"}).status_code == 400

    @pytest.mark.parametrize("many", [1, 5])
    def test_costs_the_same_however_much_is_asked(
        self, annas, add, stages, django_assert_num_queries, many
    ):
        for number in range(many):
            add(str(number))
        lines = ["amount:empty", "closed:empty", "product:empty", f"stage:is:{stages[0].pk}"]

        # As the list without a filter.
        with django_assert_num_queries(14):
            annas.get(LIST, {"filter": lines})

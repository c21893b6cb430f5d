"""The page on which a team changes its process, and the one that tells how it became."""

import pytest
from django.urls import reverse

from crm.models import Pipeline, StageDraft
from crm.process_form import ProcessForm
from tests import builders


@pytest.fixture
def url(team, pipeline) -> str:
    return reverse("crm:process", args=[team.slug, pipeline.pk])


def filled(pipeline: Pipeline, **changes):
    """The form as a browser sends it, untouched but for these changes."""
    data = ProcessForm(pipeline).data
    data["reason"] = "We agreed so"
    for name, value in changes.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def send(client, url: str, data):
    return client.post(url, data.urlencode(), content_type="application/x-www-form-urlencoded")


def keys(stages) -> list[str]:
    return [str(stage.pk) for stage in stages]


class TestReading:
    def test_a_member_finds_every_stage_in_a_form(self, annas, url):
        page = annas.get(url).content.decode()

        assert 'value="Proposal"' in page
        assert "Price and date on one page" in page
        assert "Why do we change it?" in page

    def test_a_manager_reads_and_can_change_nothing(self, mias, url, pipeline):
        stage = pipeline.stages.get(name="Proposal")
        stage.wip_limit, stage.checklist, stage.required_fields = 3, ["Price checked"], ["amount"]
        stage.save()

        page = mias.get(url).content.decode()

        assert "Price and date on one page" in page
        assert "Price checked" in page
        assert "Needed to go on" in page
        assert "Why do we change it?" not in page
        assert mias.post(url, {}).status_code == 404

    def test_an_administrator_and_a_stranger_find_nothing(self, carlas, admin, client, url):
        client.force_login(admin)

        assert {carlas.get(url).status_code, client.get(url).status_code} == {404}

    def test_the_processes_of_the_team_stand_together(
        self, annas, team, pipeline, django_assert_num_queries, now
    ):
        overview = reverse("crm:processes", args=[team.slug])
        assert "Sales" in annas.get(overview).content.decode()
        with django_assert_num_queries(10):
            annas.get(overview)

        Pipeline.start(team, "Service", builders.STAGES, by=None, at=now)

        with django_assert_num_queries(10):
            page = annas.get(overview).content.decode()
        assert page.index("Sales") < page.index("Service")

    def test_a_team_without_a_process_is_told_so(self, annas, team):
        page = annas.get(reverse("crm:processes", args=[team.slug])).content.decode()

        assert "no process yet" in page


class TestKeeping:
    def test_a_change_is_kept_with_its_reason(self, annas, url, pipeline, stages):
        proposal = f"stage-{stages[1].pk}"
        data = filled(
            pipeline,
            **{
                f"{proposal}-wip_limit": "3",
                f"{proposal}-checklist": "Price checked\r\n\r\nDate agreed",
                f"{proposal}-required": ["amount", "source"],
            },
        )

        answer = send(annas, url, data)

        assert (answer.status_code, answer.url) == (302, url)
        stage = pipeline.stages.get(name="Proposal")
        assert stage.wip_limit == 3
        assert stage.checklist == ["Price checked", "Date agreed"]
        assert stage.required_fields == ["amount", "source"]
        assert pipeline.current_revision().reason == "We agreed so"
        assert "This is version 2 of our process." in annas.get(url).content.decode()

    def test_without_a_reason_nothing_is_kept_and_nothing_is_lost(
        self, annas, url, pipeline, stages
    ):
        data = filled(pipeline, reason="", **{f"stage-{stages[0].pk}-name": "Request"})

        answer = send(annas, url, data)

        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'value="Request"' in page
        assert "This field is required." in page
        assert pipeline.revisions.count() == 1

    def test_a_rule_says_no_above_the_form(self, annas, url, pipeline, stages):
        answer = send(annas, url, filled(pipeline, row=keys(stages[:3])))

        assert answer.status_code == 422
        assert "A process needs a stage for won and a stage for lost" in answer.content.decode()

    def test_an_archived_stage_asks_where_its_deals_go(self, annas, url, pipeline, stages, deal):
        gone = filled(pipeline, row=keys(stages[1:]))

        answer = send(annas, url, gone)
        assert answer.status_code == 422
        assert "Its open deals go to" in answer.content.decode()

        gone[f"stage-{stages[0].pk}-deals_to"] = str(stages[1].pk)
        assert send(annas, url, gone).status_code == 302
        deal.refresh_from_db()
        assert deal.stage == stages[1]


class TestArranging:
    @pytest.mark.parametrize(
        ("wish", "order"),
        [
            ("up:1", [1, 0, 2, 3]),
            ("up:0", [0, 1, 2, 3]),
            ("down:1", [0, 2, 1, 3]),
            ("down:3", [0, 1, 2, 3]),
            ("archive:1", [0, 2, 3]),
            ("back:1", [0, 1, 2, 3]),
            ("sideways:1", [0, 1, 2, 3]),
        ],
    )
    def test_a_stage_moves_on_the_page_and_nothing_is_kept(
        self, annas, url, pipeline, stages, wish, order
    ):
        verb, place = wish.split(":")
        data = filled(pipeline, arrange=f"{verb}:{stages[int(place)].pk}", reason="")

        answer = send(annas, url, data)

        form = answer.context["form"]
        assert answer.status_code == 200
        assert form.keys == [str(stages[each].pk) for each in order]
        assert "This field is required." not in answer.content.decode()
        assert pipeline.revisions.count() == 1

    def test_a_stage_is_added_and_one_comes_back(self, annas, url, pipeline, stages):
        data = filled(pipeline, row=[*keys(stages[1:]), "new2", "new2", "999999", "x"])
        data["arrange"] = "add"

        form = send(annas, url, data).context["form"]
        assert form.keys == [*keys(stages[1:]), "new2", "new3"]
        assert [each.stage.name for each in form.resting] == ["Contact"]

        data["arrange"] = f"back:{stages[0].pk}"
        page = send(annas, url, data)
        assert page.context["form"].keys[-1] == str(stages[0].pk)
        assert "Answered within one working day" in page.content.decode()

    def test_an_added_stage_is_kept(self, annas, url, pipeline, stages):
        data = filled(pipeline, row=[*keys(stages), "new1"])
        data["stage-new1-name"], data["stage-new1-category"] = "Waiting", "open"

        assert send(annas, url, data).status_code == 302
        assert pipeline.stages.get(name="Waiting").position == 5


class TestTwoWhoMeet:
    def test_the_second_sees_both_and_decides(self, annas, url, pipeline, stages, bram, now):
        first = f"stage-{stages[0].pk}"
        mine = filled(
            pipeline,
            **{
                f"{first}-name": "Request",
                f"{first}-wip_limit": "9",
                "row": [*keys(stages), "new1"],
            },
        )
        mine["stage-new1-name"], mine["stage-new1-category"] = "Waiting", "open"
        theirs = [StageDraft.of(stage) for stage in stages]
        pipeline.change(
            [
                StageDraft.pictured(
                    {**_as_dict(theirs[0]), "name": "First call", "exit_policy": "Called"}
                ),
                StageDraft("Needs", theirs[1].category),
                *theirs[2:],
            ],
            reason="Ours",
            seen=1,
            by=bram,
            at=now,
        )

        answer = send(annas, url, mine)

        page, form = answer.content.decode(), answer.context["form"]
        assert answer.status_code == 409
        assert "Someone changed the process a moment ago" in page
        assert "Stage Needs is new." in page
        assert "It now says: First call" in page
        assert 'value="Request"' in page
        assert 'value="Called"' in page
        new = str(pipeline.stages.get(name="Needs").pk)
        assert form.keys == [*keys([stages[0], *stages[2:]]), "new1", new]

        again = form.data.copy()
        assert send(annas, url, again).status_code == 302
        stage = pipeline.stages.get(pk=stages[0].pk)
        assert (stage.name, stage.exit_policy, stage.wip_limit) == ("Request", "Called", 9)

    def test_a_version_that_never_was_counts_as_the_newest(self, annas, url, pipeline):
        answer = send(annas, url, filled(pipeline, seen="99", name="Selling"))

        assert answer.status_code == 409
        assert 'value="Selling"' in answer.content.decode()


def _as_dict(draft: StageDraft):
    return {**draft.__dict__}


class TestTheHistory:
    @pytest.fixture
    def revised(self, annas, url, pipeline, stages):
        data = filled(pipeline, reason="Too many at once")
        data[f"stage-{stages[1].pk}-wip_limit"] = "3"
        send(annas, url, data)

    def test_it_tells_what_changed_why_and_for_members_who(self, annas, team, revised):
        page = annas.get(reverse("crm:process-history", args=[team.slug])).content.decode()

        assert "Too many at once" in page
        assert "Stage Proposal: limit – → 3" in page
        assert "· Anna" in page

    def test_a_manager_is_not_told_who(self, mias, team, revised):
        page = mias.get(reverse("crm:process-history", args=[team.slug])).content.decode()

        assert "Too many at once" in page
        assert "Anna" not in page

    def test_it_takes_as_long_for_many_versions(
        self, annas, team, pipeline, anna, now, revised, django_assert_num_queries
    ):
        address = reverse("crm:process-history", args=[team.slug])
        with django_assert_num_queries(11):
            annas.get(address)
        for number in range(5):
            pipeline.revise(f"Reason {number}", by=anna.user, at=now)

        with django_assert_num_queries(11):
            annas.get(address)

    def test_a_team_without_a_process_is_told_what_will_be_here(self, annas, team):
        page = annas.get(reverse("crm:process-history", args=[team.slug])).content.decode()

        assert "Here will be every version" in page

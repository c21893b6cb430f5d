"""Tags: a deal has some, shows them, and is found by them."""

import pytest

from crm.batches import take_all_back
from crm.cards import Reader
from crm.exporting import COLUMNS
from crm.filters import Filter, Vocabulary
from crm.models import Deal, DealError, StaleDeal, Tag, take_back
from crm.models.tagging import MOST_TAGS
from tests import builders

DEAL = "/teams/rijnmond/deals/1/"
API = "/api/v1/teams/rijnmond/deals/1/"
BULK = "/teams/rijnmond/deals/changes/"


def tags(deal):
    return sorted(Deal.objects.get(pk=deal.pk).tags.values_list("name", flat=True))


def tag(deal, *names, by, at):
    return deal.edit({"tags": names}, version=deal.version, by=by, at=at)


class TestTheRule:
    def test_a_new_name_is_a_new_tag_and_case_makes_no_other(self, team, deal, anna, now):
        tag(deal, "Survey", " survey ", "Renewal", by=anna, at=now)

        assert tags(deal) == ["Renewal", "Survey"]
        assert Tag.objects.filter(team=team).names() == ["Survey", "Renewal"]

    def test_what_is_not_named_is_taken_away(self, deal, anna, now):
        tag(deal, "Survey", "Renewal", by=anna, at=now)
        tag(deal, "Renewal", "Large", by=anna, at=now)

        assert tags(deal) == ["Large", "Renewal"]

    def test_the_same_is_no_change(self, deal, anna, now):
        tag(deal, "Survey", by=anna, at=now)

        assert tag(deal, "SURVEY", by=anna, at=now) is None

    def test_no_more_than_a_card_can_bear(self, deal, anna, now):
        names = [f"Tag {n}" for n in range(MOST_TAGS + 1)]

        with pytest.raises(DealError, match="at most"):
            tag(deal, *names, by=anna, at=now)
        assert not Tag.objects.exists()

    def test_who_comes_second_changes_nothing(self, deal, anna, bram, now):
        stale = Deal.objects.get()
        tag(deal, "Survey", by=anna, at=now)

        with pytest.raises(StaleDeal):
            tag(stale, "Large", by=bram, at=now)
        assert tags(deal) == ["Survey"]

    def test_taken_back_and_done_again(self, deal, anna, now):
        tag(deal, "Survey", by=anna, at=now)
        line = tag(deal, "Large", by=anna, at=now)

        undone = take_back(line, by=anna, at=now)
        assert tags(deal) == ["Survey"]

        take_back(undone, by=anna, at=now)
        assert tags(deal) == ["Large"]

    def test_what_was_tagged_since_stays(self, deal, anna, bram, now):
        line = tag(deal, "Survey", by=anna, at=now)
        tag(deal, "Survey", "Large", by=bram, at=now)

        with pytest.raises(StaleDeal):
            take_back(line, by=anna, at=now)


def test_deals_are_found_by_a_tag_once_each(team, pipeline, anna, now):
    both, one, _none = (builders.deal(pipeline, by=anna, at=now) for _ in range(3))
    tag(both, "Survey", "Large", by=anna, at=now)
    tag(one, "Survey", by=anna, at=now)
    survey, large = Tag.objects.in_order()
    vocabulary = Vocabulary(Reader(team, now, sees_people=True), anna.user)

    def found(line):
        asked = team.deals.filter(Filter.read([line], vocabulary).q)
        return list(asked.order_by("number").values_list("number", flat=True))

    assert found(f"tag:is:{survey.pk}|tag:is:{large.pk}") == [1, 2]
    assert found(f"tag:is-not:{large.pk}") == [2, 3]


class TestThePages:
    @pytest.fixture
    def tagged(self, deal, anna, now):
        tag(deal, "Survey", by=anna, at=now)
        return deal

    @pytest.mark.parametrize("page", ["deals/", "board/", "deals/1/"])
    def test_show_them_to_the_manager_too(self, mias, tagged, page):
        assert "Survey" in mias.get(f"/teams/rijnmond/{page}").content.decode()

    def send(self, client, **words):
        sent = {"version": 2, "title": "Wi-Fi in the yard", "organization": "Acme"}
        return client.post(f"{DEAL}details/", sent | {"amount": "900"} | words)

    def test_ticked_and_written(self, annas, tagged):
        answer = self.send(annas, tags=["Survey", " Large "])

        assert answer.status_code == 302
        assert tags(tagged) == ["Large", "Survey"]

    def test_unticked(self, annas, tagged):
        self.send(annas, tags=[""])

        assert tags(tagged) == []

    def test_what_is_refused_is_shown_again(self, annas, tagged):
        page = self.send(annas, tags=["Survey", "Large"], title="")

        text = page.content.decode()
        assert page.status_code == 422
        assert 'value="Large"' in text
        many = self.send(annas, tags=[f"Tag {n}" for n in range(MOST_TAGS + 1)])
        assert many.context["edit_form"].errors == {"tags": ["A deal has at most 10 tags."]}

    def test_who_comes_second_sees_both(self, annas, tagged, bram, now):
        tag(tagged, "Large", by=bram, at=now)

        form = self.send(annas, tags=["Survey", "Mine"]).context["edit_form"]

        assert form.errors["tags"] == ["It now says: Large"]

    def test_one_more_for_many_and_back(self, annas, tagged, pipeline, anna, now):
        other = builders.deal(pipeline, by=anna, at=now)

        annas.post(BULK, {"deals": "1,2", "do": "change", "tag": "Large"})

        assert (tags(tagged), tags(other)) == (["Large", "Survey"], ["Large"])
        edit = anna.team.bulk_edits.get()
        undone = take_all_back(edit.first_line, by=anna, at=now)
        assert (len(undone.lines), undone.refused) == (2, [])
        assert (tags(tagged), tags(other)) == (["Survey"], [])

    def test_a_program_sends_names(self, annas, tagged):
        sent = {"version": 2, "tags": ["Large", "survey"]}

        answer = annas.patch(API, sent, content_type="application/json")

        assert answer.json()["tags"] == ["Survey", "Large"]

    def test_a_file_has_them(self, team, tagged):
        assert COLUMNS["tags"](tagged, team.zone) == "Survey"

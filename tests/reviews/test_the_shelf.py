"""The list of rounds: what the team sees, and what its manager does."""

from tests import reviewing


def page_of(browser, team) -> str:
    return browser.get(f"/teams/{team.slug}/reviews/").content.decode()


class TestTheShelf:
    def test_says_what_will_stand_there(self, annas, team):
        assert "Here stand the rounds of review of the team." in page_of(annas, team)

    def test_says_so_to_a_manager_too(self, mias, team):
        assert "The team has held no round of review yet." in page_of(mias, team)

    def test_shows_the_team_the_round_that_is_proposed_and_a_manager_none(
        self, annas, anna, bram, mias, team, now
    ):
        reviewing.proposed(by=anna, at=now, mode="open")

        assert "Proposed" in page_of(annas, team)
        assert "The team has held no round of review yet." in page_of(mias, team)

    def test_tells_a_manager_how_many_took_part_of_six_or_more(self, anna, mias, team, now):
        reviewing.grown(team, 6, at=now)
        reviewing.released(by=anna, at=now)

        assert "100% took part" in page_of(mias, team)

    def test_tells_nobody_how_many_took_part_of_fewer(self, annas, anna, bram, mias, team, now):
        reviewing.released(by=anna, at=now, mode="open")

        assert "Released" in page_of(mias, team)
        for browser in (annas, mias):
            assert "took part" not in page_of(browser, team)

    def test_is_not_there_for_a_stranger(self, carlas, team):
        assert carlas.get(f"/teams/{team.slug}/reviews/").status_code == 404

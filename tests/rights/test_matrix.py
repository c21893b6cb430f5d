"""The whole table of rights: every address, everybody, every way of asking, every state."""

import pytest

from crm.models import Deal
from tests.rights.matrix import Asker, addresses, walk
from tests.rights.table import METHODS, NoRow, rights
from tests.rights.world import SCENES

# The libraries' own pages have tests of their own in tests/teams; they join here row by row.
LIBRARIES = ("admin:", "account_", "health")
NAMES = sorted({name for name, _ in addresses() if not name.startswith(LIBRARIES)})


@pytest.mark.parametrize("name", NAMES)
def test_everybody_gets_what_the_table_says(asker: Asker, name: str):
    found = walk(asker, rights(), [name])

    assert found.failures == []
    assert found.cells


class TestTheTable:
    def test_has_one_row_for_every_address(self):
        for name in NAMES:
            assert rights().row(name), name

    def test_says_which_row_is_missing(self, asker):
        assert walk(asker, rights(), ["crm:new-page"]).failures == [
            'add to tests/rights.toml: [[url]] names = ["crm:new-page"] with its door'
        ]

    def test_says_which_state_is_missing(self):
        with pytest.raises(NoRow, match=r'add "paused" to the states of \[things.deal\]'):
            rights().answer("crm:deal", "member", "GET", "paused")

    def test_says_which_way_of_asking_is_missing(self):
        with pytest.raises(NoRow, match="says nothing about COPY by member; add it"):
            rights().answer("crm:deal", "member", "COPY", "open")

    def test_has_a_word_for_every_person_and_way_of_asking(self):
        for name in NAMES:
            for state in rights().thing_of(name).states:
                for person in rights().people:
                    for method in METHODS:
                        assert rights().answer(name, person, method, state)

    def test_knows_every_state_that_can_be_built(self):
        known = {thing.name: set(thing.states) for thing in rights().things.values()}

        assert known == {name: set(states) for name, states in SCENES.items()}

    def test_knows_every_outcome_of_a_deal(self):
        assert set(Deal.Outcome.values) <= set(rights().things["deal"].there)

    def test_speaks_of_the_people_of_the_world(self, world):
        assert set(world.people) == set(rights().people)

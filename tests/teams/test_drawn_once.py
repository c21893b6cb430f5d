"""A fragment is drawn once for the same content, and anew for any other."""

from dataclasses import replace

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString
from django.utils.translation import override

from crm.cards import Card, Face
from teams.templatetags.drawn import _draw

CARD = Card(
    pk=7,
    number=3,
    title="Wi-Fi in the yard",
    customer="Acme",
    owner=Face(1, "Anna"),
    amount_text="€900",
    next_step_text="",
    next_step_on_text="",
    step_state="none",
    tags=("urgent",),
    age_days=2,
    waits_long=False,
    version=1,
    url="/teams/rijnmond/deals/3/",
    move_url="/teams/rijnmond/deals/3/stage/",
)
SOURCE = '{% load drawn %}{% drawn "crm/_card.html" move take card=card can_write=can_write %}'


@pytest.fixture(autouse=True)
def nothing_is_kept():
    _draw.cache_clear()


def draw(card=CARD, *, move="", take="", can_write=True):
    given = {
        "card": card,
        "can_write": can_write,
        "move": SafeString(move),
        "take": SafeString(take),
    }
    return Template(SOURCE).render(Context(given))


def test_the_same_content_is_drawn_once():
    assert draw() == draw(replace(CARD))
    assert (_draw.cache_info().misses, _draw.cache_info().hits) == (1, 1)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"title": "Cables"}, "Cables"),
        ({"owner": Face(1, "Anne")}, 'aria-label="Anne"'),
        ({"tags": ("calm",)}, "calm"),
        ({"age_days": 3}, "3 <abbr"),
    ],
)
def test_other_content_is_drawn_anew(change, shown):
    assert shown not in draw()
    assert shown in draw(replace(CARD, **change))


def test_another_language_is_drawn_anew():
    assert "No next step" in draw()
    with override("nl"):
        assert "No next step" not in draw()


def test_who_only_reads_gets_nothing_that_writes():
    assert "card__move" in draw(move="<i></i>")
    assert "card__move" not in draw(move="<i></i>", can_write=False)


def test_what_is_another_each_time_is_filled_in():
    first, second = draw(move="<i>1</i>", take="<b>1</b>"), draw(move="<i>2</i>", take="<b>2</b>")

    assert "<i>1</i>" in first
    assert "<b>1</b>" in first
    assert second == first.replace("<i>1</i>", "<i>2</i>").replace("<b>1</b>", "<b>2</b>")
    assert _draw.cache_info().hits == 1


def test_what_was_typed_is_no_html():
    assert "<script>" not in draw(replace(CARD, title="<script>"), move="<i></i>")


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(TypeError):
        draw(replace(CARD, tags=["urgent"]))


def test_whoever_writes_templates_sees_them_at_once(settings):
    settings.DEBUG = True

    assert draw() == draw()
    assert _draw.cache_info().currsize == 0

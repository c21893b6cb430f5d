"""The parts of a form are drawn once for the same content, and anew for any other."""

import pytest
from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from config.drawing import LONGEST_TEXT, MOST_PARTS, _draw
from crm.models import Stage


@pytest.fixture(autouse=True)
def nothing_is_kept():
    _draw.cache_clear()


def asking(data=None, **field):
    """A form of one field."""
    made = type("Asking", (forms.Form,), {"word": forms.CharField(**field)})
    return made(data)["word"].as_field_group()


def choosing(*names):
    made = type(
        "Choosing",
        (forms.Form,),
        {"which": forms.ChoiceField(choices=[(name, name) for name in names])},
    )
    return made()["which"].as_field_group()


def test_the_same_field_is_drawn_once():
    assert asking(label="Word") == asking(label="Word")
    drawn = _draw.cache_info()
    assert drawn.hits == drawn.misses


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"label": "Word"}, {"label": "Verb"}),
        ({"required": True}, {"required": False}),
        ({"help_text": "Short"}, {"help_text": "Long"}),
        ({"initial": "a"}, {"initial": "b"}),
        ({"data": {"word": "a"}}, {"data": {"word": ""}}),
        (
            {"widget": forms.TextInput({"data-on": True})},
            {"widget": forms.TextInput({"data-on": 1})},
        ),
    ],
)
def test_another_field_is_drawn_anew(one, other):
    assert asking(**one) != asking(**other)


def test_what_was_typed_stays_with_whoever_typed_it():
    assert 'value="mine"' in asking({"word": "mine"})
    assert 'value="yours"' in asking({"word": "yours"})


def test_the_same_error_belongs_to_each_field_that_has_it():
    made = type("Two", (forms.Form,), {"one": forms.CharField(), "other": forms.CharField()})
    form = made({})

    for name in ("one", "other"):
        drawn = form[name].as_field_group()
        assert f'aria-describedby="id_{name}_error"' in drawn
        assert f'id="id_{name}_error"' in drawn


def test_the_same_letters_are_html_only_where_somebody_said_so():
    assert "<b>Word</b>" in asking(label=SafeString("<b>Word</b>"))
    assert "&lt;b&gt;Word&lt;/b&gt;" in asking(label="<b>Word</b>")


def test_another_language_is_drawn_anew():
    label = gettext_lazy("Customer")

    assert "Customer" in asking(label=label)
    with override("nl"):
        assert "Customer" not in asking(label=label)


def test_what_is_seldom_drawn_twice_is_not_kept():
    text = "a" * (LONGEST_TEXT + 1)

    assert text in asking({"word": text})
    assert "Customer 3" in choosing(*(f"Customer {number}" for number in range(3 * MOST_PARTS)))
    assert _draw.cache_info().currsize == 0


@pytest.mark.django_db
def test_a_choice_that_was_renamed_has_its_new_name(stages):
    made = type(
        "Going", (forms.Form,), {"stage": forms.ModelChoiceField(Stage.objects.order_by("pk"))}
    )
    assert "Contact" in str(made()["stage"])

    Stage.objects.filter(pk=stages[0].pk).update(name="First word")

    assert "First word" in str(made()["stage"])

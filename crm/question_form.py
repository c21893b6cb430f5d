"""What a customer fills in."""

from django import forms
from django.utils.translation import gettext_lazy

from crm.models import Score
from crm.models.voice import LONGEST_WORDS
from teams.fields import ParagraphsField


class AnswerQuestion(forms.Form):
    """One question with five answers, and room for a few words."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("How well did we help you?"),
        choices=Score.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the five answers.")},
    )
    words = ParagraphsField(
        label=gettext_lazy("What should we know?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )

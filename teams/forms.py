"""What people fill in on the ground floor."""

from django import forms

from teams.models import User


class ChooseTheme(forms.Form):
    theme = forms.ChoiceField(choices=[("", ""), ("light", ""), ("dark", "")], required=False)


class ChooseDemoPerson(forms.Form):
    person = forms.ModelChoiceField(User.objects.active().filter(is_staff=False))

"""What the figures hold of a person: hardly anything, for they are the team's."""

from django.utils.translation import gettext_lazy as _

from dashboards.models import Subscription, Voice
from teams.recorded import Entry, Fate, Sees, Topic, register

FIGURES = Topic(40, _("Figures and reports"))

register(
    Entry(
        Voice,
        FIGURES,
        _("What you said to an objective"),
        _("That you consented or objected to an objective of the team, why, and when."),
        [Sees.PERSON, Sees.TEAM],
        _("For good: what stands there is never changed."),
        ["team__name", "objective_id", "says", "why", "at"],
    ),
    Entry(
        Subscription,
        FIGURES,
        _("Reports by mail"),
        _("Which reports you get by mail, and on which day."),
        [Sees.PERSON],
        _("Until you are erased."),
        ["team__name", "weekly_on", "monthly"],
        Fate.GOES,
        besides=_("No figure and no report knows a person, and nobody sees who has read one."),
    ),
)

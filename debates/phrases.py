"""How debates read in the logbook: what happened, and not a word of what was said."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from dashboards import kpis
from debates.happenings import Happening
from teams.story import tells

Details = Mapping[str, Any]

PLAIN = {
    Happening.REQUESTED: gettext_lazy("A debate on “%(figure)s” was asked for."),
    Happening.DATED: gettext_lazy(
        "The debate on “%(figure)s” began: everybody is asked for points."
    ),
    Happening.DISMISSED: gettext_lazy("The team does not debate “%(figure)s” now."),
    Happening.QUICK: gettext_lazy(
        "Something about “%(figure)s” was proposed for a quick decision."
    ),
    Happening.EXCUSED: gettext_lazy("Somebody is excused from the debate on “%(figure)s”."),
    Happening.REVEALED: gettext_lazy("All points of the debate on “%(figure)s” were revealed."),
    Happening.EXTENDED: gettext_lazy(
        "Too few have brought points to the debate on “%(figure)s”: it takes two days more."
    ),
    Happening.WEIGHED: gettext_lazy("The points of the debate on “%(figure)s” are weighed."),
    Happening.PROPOSED: gettext_lazy("Something was proposed in the debate on “%(figure)s”."),
    Happening.CONSENTING: gettext_lazy("Everybody is asked for consent on “%(figure)s”."),
    Happening.OBJECTED: gettext_lazy("Somebody objected in the debate on “%(figure)s”."),
    Happening.REWORDED: gettext_lazy(
        "A proposal in the debate on “%(figure)s” was put in other words."
    ),
    Happening.DECIDED: gettext_lazy("The debate on “%(figure)s” ended in an agreement."),
    Happening.NO_CHANGE: gettext_lazy("The debate on “%(figure)s” is over: nothing changes."),
    Happening.LAPSED: gettext_lazy("The debate on “%(figure)s” lapsed."),
    Happening.EVALUATED: gettext_lazy(
        "The figure has told what became of the decision about “%(figure)s”."
    ),
    Happening.ANSWERED: gettext_lazy("The team said what it does now about “%(figure)s”."),
    Happening.ORIGIN_NAMED: gettext_lazy(
        "Something that we changed comes from the debate on “%(figure)s”, the team says."
    ),
    Happening.ORIGIN_TAKEN_BACK: gettext_lazy(
        "It does not come from the debate on “%(figure)s”, the team says now."
    ),
}


def _plain(kind: Happening) -> None:
    @tells(kind)
    def phrase(details: Details) -> str:
        return str(PLAIN[kind]) % {"figure": kpis.get(details["slug"]).name}


for _kind in PLAIN:
    _plain(_kind)

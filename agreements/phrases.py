"""How agreements read in the logbook: what happened, and not a word of what was agreed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.happenings import Happening
from agreements.models import Kind, Reason
from teams.story import tells

Details = Mapping[str, Any]

PLAIN = {
    Happening.PROPOSED: gettext_lazy("An agreement was proposed."),
    Happening.COUNTERED: gettext_lazy("Other words were proposed for an agreement."),
    Happening.ACCEPTED: gettext_lazy("An agreement was accepted."),
    Happening.DECLINED: gettext_lazy("An agreement was declined."),
    Happening.WITHDRAWN: gettext_lazy("A proposed agreement was withdrawn."),
    Happening.LAPSED: gettext_lazy("A proposed agreement was never answered, and is over."),
    Happening.AGREED: gettext_lazy("An agreement is in force: all have accepted it."),
    Happening.ENDS_SOON: gettext_lazy("An agreement ends within a month."),
    Happening.RENEWED: gettext_lazy("An agreement was renewed."),
    Happening.RENEGOTIATION_PROPOSED: gettext_lazy("Other terms were asked for an agreement."),
    Happening.RENEGOTIATED: gettext_lazy("An agreement has other terms: all have accepted them."),
    Happening.RENEGOTIATION_ENDED: gettext_lazy("The terms of an agreement stay as they are."),
    Happening.DONE: gettext_lazy("Something that was promised is done, as who promised it says."),
    Happening.JUDGED: gettext_lazy("Somebody said whether the team kept its agreement."),
    Happening.RELEASED: gettext_lazy("A promise was let go: it is needed no longer."),
    Happening.CONTESTED: gettext_lazy("It is contested that an agreement was broken."),
    Happening.WITNESS_NAMED: gettext_lazy("A witness was named for an agreement."),
    Happening.WITNESS_CHOSEN: gettext_lazy("Both sides of an agreement have chosen a witness."),
    Happening.REPAIR_PROPOSED: gettext_lazy("It was proposed how to make a broken promise good."),
    Happening.CLOSED: gettext_lazy("A broken agreement was not contested, and is closed."),
}


# What is with the manager alone is told in its own words.
OF_A_CONTRACT = {
    Happening.PROPOSED: gettext_lazy("What a manager keeps off was put on the table."),
    Happening.AGREED: gettext_lazy("The whole team agreed to what its manager keeps off."),
    Happening.JUDGED: gettext_lazy("Somebody said whether the manager kept off."),
}


def _plain(kind: Happening) -> None:
    @tells(kind)
    def phrase(details: Details) -> str:
        is_contract = details.get("kind_of") == Kind.CONTRACT
        return str(OF_A_CONTRACT.get(kind, PLAIN[kind]) if is_contract else PLAIN[kind])


for _kind in PLAIN:
    _plain(_kind)

PROCEDURES = {
    Happening.PROCEDURE_REGISTERED: gettext_lazy(
        "“%(name)s” stands in the register of procedures."
    ),
    Happening.PROCEDURE_ON_TRIAL: gettext_lazy("The team tries to do without “%(name)s”."),
    Happening.PROCEDURE_TAKEN_UP: gettext_lazy("The team needs “%(name)s” after all."),
    Happening.PROCEDURE_BURIED: gettext_lazy("The team buried “%(name)s”."),
    Happening.PROCEDURE_RESURRECTED: gettext_lazy("“%(name)s” was taken out of its grave."),
    Happening.PROCEDURE_PROTECTED: gettext_lazy("“%(name)s” is protected: it cannot be buried."),
    Happening.PROCEDURE_NOT_PROTECTED: gettext_lazy("“%(name)s” is protected no longer."),
}


def _of_a_procedure(kind: Happening) -> None:
    @tells(kind)
    def phrase(details: Details) -> str:
        return str(PROCEDURES[kind]) % {"name": details["name"]}


for _kind in PROCEDURES:
    _of_a_procedure(_kind)


@tells(Happening.INTERVENED)
def intervened(details: Details) -> str:
    reason = {"reason": Reason(details["reason"]).label}
    if details["signal"]:
        return _("A manager had to act. The reason: %(reason)s. A signal stood behind it.") % reason
    return _("A manager had to act. The reason: %(reason)s. No signal stood behind it.") % reason


@tells(Happening.PROCEDURE_TRIAL_OVER)
def trial_over(details: Details) -> str:
    told = _("The trial without “%(name)s” is over, and nobody buried it: it is done again.")
    weeks = details.get("weeks")
    if not weeks:
        return told % {"name": details["name"]}
    outside = details["above"] + details["below"]
    watched = ngettext(
        "In %(outside)d of its %(weeks)d week the figure that was watched lay outside its usual"
        " range.",
        "In %(outside)d of its %(weeks)d weeks the figure that was watched lay outside its usual"
        " range.",
        weeks,
    )
    words = {"name": details["name"], "outside": outside, "weeks": weeks}
    return f"{told} {watched}" % words


@tells(Happening.KEPT)
def kept(details: Details) -> str:
    if details["tacit"]:
        return _("An agreement was kept: nobody said otherwise.")
    return _("An agreement was kept.")


@tells(Happening.BROKEN)
def broken(details: Details) -> str:
    if details["automatic"]:
        return _("An agreement was broken: its day is over and nobody said a word.")
    return _("An agreement was broken.")

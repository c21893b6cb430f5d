"""A rule in words: when, for which deals, and what is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.custom import text_of
from crm.models import FieldDefinition, Rule
from crm.models.rule import Trigger
from crm.rules import LastingVocabulary, conditions_of, values_of


@dataclass(frozen=True)
class RuleWords:
    """A rule as its readers read it.

    `lost` says which conditions mean nothing any more, `unfit` which values no field takes.
    """

    rule: Rule
    when: str
    only: str
    then: list[str]
    lost: list[str]
    unfit: list[str]

    @classmethod
    def of(cls, rule: Rule, vocabulary: LastingVocabulary) -> Self:
        filter_, lost = conditions_of(rule, vocabulary)
        fields = vocabulary.reader.own_fields if rule.custom else []
        given, unfit = values_of(rule, fields)
        then = [*_then(rule), *_filled(rule, fields, given), *_told(rule)]
        return cls(rule, _when(rule), filter_.words, then, lost, unfit)


def _when(rule: Rule) -> str:
    match rule.trigger:
        case Trigger.CREATED:
            return _("A deal is new.")
        case Trigger.MOVED if rule.stage:
            return _("A deal comes into %(stage)s.") % {"stage": rule.stage}
        case Trigger.MOVED:
            return _("A deal comes into another stage.")
        case Trigger.AGED:
            return _stands(rule)
        case _:
            return _is_late(rule)


def _stands(rule: Rule) -> str:
    days = rule.days or 0
    if rule.stage:
        text = ngettext(
            "A deal stands in %(stage)s for %(days)s day.",
            "A deal stands in %(stage)s for %(days)s days.",
            days,
        )
    else:
        text = ngettext(
            "A deal stands in its stage for %(days)s day.",
            "A deal stands in its stage for %(days)s days.",
            days,
        )
    return text % {"stage": rule.stage, "days": days}


def _is_late(rule: Rule) -> str:
    days = rule.days or 0
    if rule.stage:
        text = ngettext(
            "The next step of a deal in %(stage)s is %(days)s day late.",
            "The next step of a deal in %(stage)s is %(days)s days late.",
            days,
        )
    else:
        text = ngettext(
            "The next step of a deal is %(days)s day late.",
            "The next step of a deal is %(days)s days late.",
            days,
        )
    return text % {"stage": rule.stage, "days": days}


def _filled(rule: Rule, fields: Sequence[FieldDefinition], given: Mapping[str, Any]) -> list[str]:
    """What the deal gets in its fields."""
    values = {_("Source"): str(rule.source)} if rule.source else {}
    # Without a currency: the processes of a team may have several.
    own = {each: given[each.key] for each in fields if each.key in given}
    values |= {each.label: text_of(each, own[each], currency="").strip() for each in own}
    sentence = _("“%(field)s” becomes “%(value)s”.")
    return [sentence % {"field": field, "value": value} for field, value in values.items()]


def _then(rule: Rule) -> list[str]:
    told = []
    if rule.activity_title:
        words = {
            "kind": rule.get_activity_kind_display(),
            "title": rule.activity_title,
            "days": rule.activity_in_days,
        }
        if rule.activity_in_days:
            text = ngettext(
                "%(kind)s “%(title)s” is planned, due %(days)s day later.",
                "%(kind)s “%(title)s” is planned, due %(days)s days later.",
                rule.activity_in_days,
            )
        else:
            text = _("%(kind)s “%(title)s” is planned for the same day.")
        told.append(text % words)
    if rule.tag:
        told.append(_("The deal gets the tag “%(tag)s”.") % {"tag": rule.tag})
    return told


def _told(rule: Rule) -> list[str]:
    told = []
    if rule.mails:
        told.append(_("Whoever looks after the deal gets a mail, or the team where nobody does."))
    if rule.hook_url:
        told.append(_("A program at %(host)s gets a message.") % {"host": rule.hook_host})
    return told

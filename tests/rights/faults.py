"""Faults to slip into the product, each of which the table or the marks must find.

They are put in at run time, by exchanging functions of the product: here it is not the product
that is tested but the tests, and a fault that stands in a file would be one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db.models.functions import Now
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import get_resolver
from rest_framework.response import Response

import agreements.models.intervention
import config.middleware
import crm.api.exports
import crm.api.field_views
import crm.api.history
import crm.api.list_views
import crm.api.mergers
import crm.api.note_serializers
import crm.api.retention
import crm.api.rules
import crm.api.views
import crm.api.work_serializers
import crm.board
import crm.own_facts
import crm.views.board
import crm.views.deal
import crm.views.exports
import crm.views.fields
import crm.views.files
import crm.views.history
import crm.views.interactions
import crm.views.lists
import crm.views.notes
import crm.views.process
import crm.views.recycle_bin
import crm.views.rules
import crm.web
import dashboards.ranges
import dashboards.views.reading
import debates.models.course
import reviews.views.results
import teams.api
import teams.api_charter
import teams.charters
import teams.search
import teams.views.home
import teams.views.people
import teams.views.recorded
import teams.web
from agreements.models.agreement import Agreement
from agreements.models.agreements import AgreementQuerySet
from agreements.models.intervention import Intervention, InterventionQuerySet
from crm.models import (
    Attachment,
    Contact,
    Deal,
    Export,
    FieldDefinition,
    Interaction,
    Note,
    OwnFacts,
    Pipeline,
    RetentionRule,
    Rule,
)
from crm.models.choices import LISTS, Choice
from crm.models.contact import ContactQuerySet
from crm.models.deals import DealQuerySet
from crm.models.own_facts import OwnFactsQuerySet
from crm.models.undoing import undoable
from crm.models.view import SavedViewQuerySet
from dashboards.api.reports import DraftView
from dashboards.models import Report
from dashboards.models.objective import ObjectiveQuerySet
from reviews.api.serializers import FeedbackFacts
from reviews.api.views import MembersView
from reviews.models import Answer
from teams import wall
from teams.models import Invitation, LogEntry, ManagerLink, Membership, Team, User
from teams.models.team import PlaceQuerySet

Patch = pytest.MonkeyPatch


def without_the_second_wall(patch: Patch) -> None:
    """Let PostgreSQL show every team to everybody, so that the product's own rules are tested."""
    patch.setattr(wall, "close", lambda: None)
    patch.setattr(wall, "_listed", lambda _teams: wall.ALL)
    patch.setattr(wall, "_named", lambda _person: wall.ALL)


@dataclass(frozen=True)
class Fault:
    """A fault, and the part of the table (addresses, people, methods) in which it must show."""

    slip_in: Callable[[Patch], None]
    names: tuple[str, ...]
    people: tuple[str, ...]
    methods: tuple[str, ...] = ("GET",)


def anybody_is_a_member(patch: Patch) -> None:
    first = Membership.objects.select_related("team", "user").order_by("pk")
    patch.setattr(teams.web, "membership_of", lambda _user, slug: first.filter(team__slug=slug)[0])


def a_manager_writes(patch: Patch) -> None:
    real = teams.web.membership_of

    def membership_of(user: Any, slug: str) -> Membership:
        if ManagerLink.objects.current().filter(user=user, team__slug=slug).exists():
            return (
                Membership.objects.current()
                .select_related("team", "user")
                .filter(team__slug=slug)[0]
            )
        return real(user, slug)

    patch.setattr(teams.web, "membership_of", membership_of)


def an_administrator_comes_in(patch: Patch) -> None:
    real = teams.web._place_in

    def place_in(user: Any, slug: str) -> Membership | ManagerLink:
        return _reading_along(slug) if user.is_superuser else real(user, slug)

    patch.setattr(teams.web, "_place_in", place_in)


def who_reads_any_team_reads_this_one(patch: Patch) -> None:
    def place_in(user: Any, slug: str) -> Membership | ManagerLink:
        place = user.memberships.current().first() or _reading_along(slug)
        place.team = Team.objects.get(slug=slug)
        return place

    patch.setattr(teams.web, "_place_in", place_in)


def who_left_is_still_in(patch: Patch) -> None:
    patch.setattr(PlaceQuerySet, "current", lambda self: self.all())


def nobody_has_to_sign_in(patch: Patch) -> None:
    patch.setattr(LoginRequiredMiddleware, "handle_no_permission", lambda *_: None)
    patch.setattr(AnonymousUser, "pk", 0)


def a_page_of_a_team_is_public(patch: Patch) -> None:
    patch.setattr(_pattern("board", "crm").callback, "login_required", False, raising=False)
    patch.setattr(teams.web, "_place_in", lambda _user, slug: _reading_along(slug))


def a_deal_is_found_by_its_number_alone(patch: Patch) -> None:
    def find_deal(_team: Team, number: int) -> Deal:
        return Deal.objects.select_related(*crm.web.NAMES).filter(number=number).last() or _gone()

    patch.setattr(crm.views.deal, "find_deal", find_deal)
    patch.setattr(crm.api.views, "find_deal", find_deal)


def a_line_is_found_in_any_logbook(patch: Patch) -> None:
    def find_line(_team: Team, entry: int) -> LogEntry:
        return LogEntry.objects.filter(pk=entry, kind__in=undoable()).first() or _gone()

    patch.setattr(crm.views.history, "find_line", find_line)
    patch.setattr(crm.api.history, "find_line", find_line)


def a_deleted_deal_is_found_in_any_team(patch: Patch) -> None:
    def find_deleted(_team: Team, number: int) -> Deal:
        return Deal.everything.deleted().filter(number=number).last() or _gone()

    patch.setattr(crm.views.recycle_bin, "find_deleted", find_deleted)
    patch.setattr(crm.api.history, "find_deleted", find_deleted)


def a_deleted_deal_has_its_page(patch: Patch) -> None:
    patch.setattr(DealQuerySet, "living", lambda self: self)


def a_contact_is_known_to_everybody(patch: Patch) -> None:
    patch.setattr(ContactQuerySet, "known_to", lambda self, _team: self.all())
    patch.setattr(ContactQuerySet, "keys_known_to", lambda self, _team: self.values("pk"))


def a_manager_reads_a_round(patch: Patch) -> None:
    first = Membership.objects.select_related("team", "user").order_by("pk")
    patch.setattr(MembersView, "reader", property(lambda view: first.filter(team=view.team)[0]))


def what_was_written_to_another_is_promised(patch: Patch) -> None:
    def find(_mine: Any, pk: UUID) -> Answer:
        return Answer.objects.select_related("author").filter(pk=pk).first() or _gone()

    patch.setattr(reviews.views.results, "get_object_or_404", find)


def an_envelope_is_open(patch: Patch) -> None:
    patch.setattr(FeedbackFacts, "get_text", lambda _self, feedback: feedback.text)


def a_rule_is_found_in_any_team(patch: Patch) -> None:
    def find_rule(_team: Team, pk: int) -> Rule:
        return Rule.objects.select_related("team").filter(pk=pk).first() or _gone()

    patch.setattr(crm.views.rules, "find_rule", find_rule)
    patch.setattr(crm.api.rules, "find_rule", find_rule)


def a_choice_is_found_in_any_team(patch: Patch) -> None:
    def find_choice(_team: Team, word: str, pk: int) -> Choice:
        choices = LISTS[word].objects.select_related("team")
        return choices.filter(pk=pk).first() or _gone()

    patch.setattr(crm.views.lists, "find_choice", find_choice)
    patch.setattr(crm.api.list_views, "find_choice", find_choice)


def a_view_of_ones_own_is_everybodys(patch: Patch) -> None:
    patch.setattr(
        SavedViewQuerySet,
        "shown_to",
        lambda self, _user: self.select_related("team").order_by("pk"),
    )


def a_file_is_fetched_by_anybody(patch: Patch) -> None:
    def find_export(team: Team, _user: User, pk: int, *, at: datetime) -> Export:
        return get_object_or_404(team.exports.fresh(at), pk=pk)

    patch.setattr(crm.views.exports, "find_export", find_export)
    patch.setattr(crm.api.exports, "find_export", find_export)


def a_manager_looks_who_is_there(patch: Patch) -> None:
    patch.setattr(
        crm.api.mergers.LookingView, "typed", lambda *_: {"name": "", "value": "a@b.example"}
    )


def a_manager_reads_what_we_know_of_a_person(patch: Patch) -> None:
    patch.setattr(crm.own_facts, "Contact", type("Nobody", (), {}))


def a_manager_reads_whom_we_forget(patch: Patch) -> None:
    patch.setattr(
        crm.api.retention.RetentionView,
        "get",
        lambda self, request: Response(self.facts(request)),
    )


def the_silent_of_every_team_are_ours(patch: Patch) -> None:
    silent = Contact.objects.annotate(last_contact_at=Now()).order_by("pk")
    patch.setattr(RetentionRule, "due", lambda *_: silent.all())


def what_any_team_knows_is_ours(patch: Patch) -> None:
    newest = OwnFacts.objects.order_by("-pk")
    patch.setattr(
        OwnFactsQuerySet, "of", lambda _self, _team, customer: newest.about(customer).first()
    )


def a_field_is_found_in_any_team(patch: Patch) -> None:
    def find_field(_team: Team, pk: int) -> FieldDefinition:
        return FieldDefinition.objects.select_related("team").filter(pk=pk).first() or _gone()

    patch.setattr(crm.views.fields, "find_field", find_field)
    patch.setattr(crm.api.field_views, "find_field", find_field)


def an_invitation_is_found_in_any_team(patch: Patch) -> None:
    patch.setattr(
        teams.views.people,
        "get_object_or_404",
        lambda _scope, pk: Invitation.objects.filter(pk=pk).first() or _gone(),
    )


def a_report_is_found_by_its_period_alone(patch: Patch) -> None:
    patch.setattr(
        dashboards.views.reading,
        "get_object_or_404",
        lambda _reports, **which: Report.objects.filter(**which).last() or _gone(),
    )


def a_report_is_there_before_it_is_published(patch: Patch) -> None:
    patch.setattr(
        dashboards.views.reading,
        "get_object_or_404",
        lambda reports, **which: (
            reports.filter(**which).first() or Report.objects.order_by("pk").last() or _gone()
        ),
    )


def a_draft_is_shown_to_whoever_reads_along(patch: Patch) -> None:
    def get(self: DraftView, _request: Any, period: str) -> Response:
        return Response(self._find(period).payload)

    patch.setattr(DraftView, "get", get)


def a_manager_reads_who_signed(patch: Patch) -> None:
    real = dashboards.ranges.page_of
    patch.setattr(
        dashboards.ranges,
        "page_of",
        lambda kpi, team, last, **_: real(kpi, team, last, sees_people=True),
    )


def facts_are_there_before_they_are_published(patch: Patch) -> None:
    patch.setattr(dashboards.listing, "can_read", lambda *_, **__: True)


def a_process_is_found_by_its_key_alone(patch: Patch) -> None:
    patch.setattr(
        crm.views.process,
        "find_pipeline",
        lambda _team, pk: Pipeline.objects.filter(pk=pk).first() or _gone(),
    )


def the_board_of_another_team(patch: Patch) -> None:
    patch.setattr(
        Pipeline.objects.all().__class__, "in_order", lambda _: Pipeline.objects.order_by("-pk")
    )


def a_get_writes(patch: Patch) -> None:
    real = crm.views.board.board_context

    def board_context(request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        Team.objects.filter(pk=request.team.pk).update(goal="Read by somebody")
        return real(request, *args, **kwargs)

    patch.setattr(crm.views.board, "board_context", board_context)


def a_get_writes_and_nothing_stops_it(patch: Patch) -> None:
    a_get_writes(patch)
    patch.setattr(wall, "only_read", wall.open_for)


def a_refusal_keeps_what_it_wrote(patch: Patch) -> None:
    real = Deal.plan_step

    def plan_step(self: Deal, *words: Any, **more: Any) -> LogEntry:
        Deal.objects.filter(pk=self.pk).update(title="Half done")
        return real(self, *words, **more)

    patch.setattr(Deal, "plan_step", plan_step)
    patch.setattr(config.middleware.transaction, "set_rollback", lambda _: None)


def a_stranger_is_told_that_there_is_something(patch: Patch) -> None:
    real = teams.api._turned_away
    patch.setattr(teams.api, "_turned_away", lambda **_: real(is_manager=True))


def a_verb_does_nothing(patch: Patch) -> None:
    patch.setattr(Deal, "take", lambda self, **_: LogEntry.objects.about(self).newest_first()[0])


def a_taken_deal_is_taken_again(patch: Patch) -> None:
    patch.setattr(Deal, "_change", _change_whatever_it_was)


def _change_whatever_it_was(self: Deal, changes: Any, **_condition: Any) -> bool:
    Deal.objects.filter(pk=self.pk).update(**changes)
    self.refresh_from_db()
    return True


def a_file_is_found_by_its_key_alone(patch: Patch) -> None:
    def found(_team: Team, pk: int, **_more: Any) -> Attachment:
        return get_object_or_404(Attachment, pk=pk)

    patch.setattr(crm.views.files, "find_file", found)


def a_note_is_found_by_its_key_alone(patch: Patch) -> None:
    def found(_team: Team, pk: int, **_more: Any) -> Note:
        return get_object_or_404(Note, pk=pk)

    patch.setattr(crm.views.notes, "find_note", found)


def an_interaction_is_found_by_its_key_alone(patch: Patch) -> None:
    def found(_deal: Deal, pk: int, **_more: Any) -> Interaction:
        return get_object_or_404(Interaction, pk=pk)

    patch.setattr(crm.views.interactions, "find_interaction", found)


def _pattern(name: str, space: str) -> Any:
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "app_name", None) == space:
            return next(each for each in resolver.url_patterns if each.name == name)
    raise LookupError(name)


def _gone() -> Any:
    raise Http404


TEAM, READERS = ("member", "colleague"), ("manager", "both")


def whoever_acts_is_a_party(patch: Patch) -> None:
    def party_of(self: Agreement, place: Any) -> Any:
        return self.parties.filter(person=place.user_id).first() or self.parties.last()

    patch.setattr(Agreement, "party_of", party_of)


def a_member_intervenes(patch: Patch) -> None:
    patch.setattr(agreements.models.intervention, "ManagerLink", object)


def an_intervention_is_found_in_any_team(patch: Patch) -> None:
    every = Intervention.objects.select_related("team", "by", "signal")
    patch.setattr(InterventionQuerySet, "of", lambda _self, _team: every.all())


def whoever_likes_keeps_off(patch: Patch) -> None:
    def sign(found: AgreementQuerySet, terms: Any, *, by: Any, at: datetime) -> Agreement:
        return found.offer_contract(terms, by.user, by=by, at=at)

    patch.setattr(AgreementQuerySet, "sign_contract", sign)


def a_copy_of_anybody_is_given(patch: Patch) -> None:
    def of_anybody(rows: Any, **_: Any) -> Any:
        return get_object_or_404(rows)

    patch.setattr(teams.views.recorded, "get_object_or_404", of_anybody)


IN_THE_TABLE: list[Fault] = [
    Fault(a_copy_of_anybody_is_given, ("copy-file",), ("colleague", "manager")),
    Fault(a_member_intervenes, ("agreements:interventions",), ("member",), ("POST",)),
    Fault(a_member_intervenes, ("agreements-api:interventions",), ("member",), ("POST",)),
    Fault(an_intervention_is_found_in_any_team, ("agreements:intervention",), ("manager",)),
    Fault(an_intervention_is_found_in_any_team, ("agreements-api:intervention",), ("member",)),
    Fault(whoever_likes_keeps_off, ("agreements:contract",), ("member",), ("POST",)),
    Fault(who_left_is_still_in, ("agreements:interventions",), ("former manager",), ("POST",)),
    Fault(whoever_acts_is_a_party, ("agreements-api:acceptance",), ("colleague",), ("POST",)),
    Fault(anybody_is_a_member, ("crm:deal-owner",), ("stranger",), ("POST",)),
    Fault(a_manager_writes, ("crm:deal-owner",), READERS, ("POST",)),
    Fault(a_manager_writes, ("crm-api:deals",), READERS, ("POST",)),
    Fault(an_administrator_comes_in, ("crm:deal",), ("administrator",)),
    Fault(who_reads_any_team_reads_this_one, ("crm:board",), ("stranger",)),
    Fault(who_left_is_still_in, ("crm:board",), ("former member",)),
    Fault(who_left_is_still_in, ("dashboards:reading",), ("former manager",)),
    Fault(nobody_has_to_sign_in, ("crm:board",), ("anonymous",)),
    Fault(a_page_of_a_team_is_public, ("crm:board",), ("anonymous",)),
    Fault(a_deal_is_found_by_its_number_alone, ("crm:deal",), ("member",)),
    Fault(a_deal_is_found_by_its_number_alone, ("crm-api:deal",), ("member",)),
    Fault(
        an_interaction_is_found_by_its_key_alone, ("crm:deal-interaction",), ("member",), ("POST",)
    ),
    Fault(a_file_is_found_by_its_key_alone, ("crm:file",), ("member",)),
    Fault(a_note_is_found_by_its_key_alone, ("crm:note-removal",), ("member",), ("POST",)),
    Fault(a_process_is_found_by_its_key_alone, ("crm:process",), ("member",)),
    Fault(a_contact_is_known_to_everybody, ("crm:contact",), ("member",)),
    Fault(a_contact_is_known_to_everybody, ("crm:contact-points",), ("member",), ("POST",)),
    Fault(a_contact_is_known_to_everybody, ("crm-api:contact",), ("member",)),
    Fault(a_rule_is_found_in_any_team, ("crm:rule",), ("member",)),
    Fault(a_rule_is_found_in_any_team, ("crm-api:rule-switching-off",), ("member",), ("POST",)),
    Fault(a_rule_is_found_in_any_team, ("crm:rule-secret",), ("member",), ("POST",)),
    Fault(a_choice_is_found_in_any_team, ("crm:choice-archiving",), ("member",), ("POST",)),
    Fault(a_choice_is_found_in_any_team, ("crm-api:choice-archiving",), ("member",), ("POST",)),
    Fault(a_view_of_ones_own_is_everybodys, ("crm:view-deletion",), ("member",), ("POST",)),
    Fault(a_view_of_ones_own_is_everybodys, ("crm-api:view-removal",), ("member",), ("POST",)),
    Fault(a_view_of_ones_own_is_everybodys, ("crm:view-undo",), ("member",), ("POST",)),
    Fault(a_view_of_ones_own_is_everybodys, ("crm-api:view-undo",), ("member",), ("POST",)),
    Fault(a_file_is_fetched_by_anybody, ("crm:export-file",), ("member",)),
    Fault(a_file_is_fetched_by_anybody, ("crm-api:export",), ("member",)),
    Fault(a_contact_is_known_to_everybody, ("crm:contact-merging",), ("member",), ("POST",)),
    Fault(a_contact_is_known_to_everybody, ("crm-api:contact-merger",), ("member",), ("POST",)),
    Fault(a_manager_looks_who_is_there, ("crm-api:contacts-alike",), ("manager",)),
    Fault(a_manager_reads_what_we_know_of_a_person, ("crm-api:contact-own-facts",), ("manager",)),
    Fault(a_manager_reads_whom_we_forget, ("crm-api:retention",), ("manager",)),
    Fault(a_manager_writes, ("crm:anonymisation",), READERS, ("POST",)),
    Fault(a_manager_writes, ("crm-api:anonymisation",), READERS, ("POST",)),
    Fault(a_field_is_found_in_any_team, ("crm:field-archiving",), ("member",), ("POST",)),
    Fault(a_field_is_found_in_any_team, ("crm-api:field-archiving",), ("member",), ("POST",)),
    Fault(a_line_is_found_in_any_logbook, ("crm:undo",), ("member",), ("POST",)),
    Fault(a_line_is_found_in_any_logbook, ("crm-api:undo",), ("member",), ("POST",)),
    Fault(a_deleted_deal_is_found_in_any_team, ("crm:restoration",), ("member",), ("POST",)),
    Fault(a_deleted_deal_is_found_in_any_team, ("crm-api:restoration",), ("member",), ("POST",)),
    Fault(a_deleted_deal_has_its_page, ("crm:deal",), ("member", "manager")),
    Fault(an_invitation_is_found_in_any_team, ("invitation-withdrawal",), ("member",), ("POST",)),
    Fault(a_report_is_found_by_its_period_alone, ("dashboards:report",), ("member",)),
    Fault(a_report_is_there_before_it_is_published, ("dashboards:report",), ("manager",)),
    Fault(who_left_is_still_in, ("dashboards:by-mail",), ("former manager",), ("POST",)),
    Fault(who_reads_any_team_reads_this_one, ("dashboards-api:by-mail",), ("stranger",), ("PUT",)),
    Fault(a_draft_is_shown_to_whoever_reads_along, ("dashboards-api:draft",), ("manager",)),
    Fault(a_manager_writes, ("dashboards:range-signing",), READERS, ("POST",)),
    Fault(a_manager_writes, ("dashboards-api:ranges",), READERS, ("POST",)),
    Fault(facts_are_there_before_they_are_published, ("dashboards:facts",), ("manager",)),
    Fault(facts_are_there_before_they_are_published, ("dashboards-api:facts",), ("manager",)),
    Fault(a_manager_writes, ("debates-api:beginning",), READERS, ("POST",)),
    Fault(a_manager_writes, ("debates:quick",), READERS, ("POST",)),
    Fault(who_reads_any_team_reads_this_one, ("debates:turn",), ("stranger",), ("POST",)),
    Fault(a_manager_writes, ("reviews:about",), ("manager",), ("GET", "POST")),
    Fault(a_manager_writes, ("reviews-api:words",), ("manager",), ("PUT",)),
    Fault(a_manager_reads_a_round, ("reviews-api:review",), ("manager",)),
    Fault(a_manager_reads_a_round, ("reviews-api:piece",), ("manager",)),
    Fault(what_was_written_to_another_is_promised, ("reviews:agreement",), ("member",)),
    Fault(a_get_writes, ("crm:board",), ("member",)),
    Fault(a_get_writes_and_nothing_stops_it, ("crm:board",), ("manager",)),
    Fault(a_refusal_keeps_what_it_wrote, ("crm-api:deal-next-step",), ("member",), ("PUT",)),
    Fault(a_stranger_is_told_that_there_is_something, ("crm-api:deal",), ("stranger",)),
    Fault(a_verb_does_nothing, ("crm:deal-owner",), ("member",), ("POST",)),
    Fault(a_taken_deal_is_taken_again, ("crm-api:deal-owner",), ("colleague",), ("PUT",)),
]


def a_manager_is_taken_for_a_member(patch: Patch) -> None:
    patch.setattr(teams.web, "_place_in", lambda _user, slug: _first_place(slug))


def _first_place(slug: str) -> Membership:
    places = Membership.objects.current().select_related("team", "user").order_by("pk")
    return places.filter(team__slug=slug)[0]


def _reading_along(slug: str) -> ManagerLink:
    """The place of a manager whom nobody has asked in."""
    return ManagerLink(team=Team.objects.get(slug=slug))


def today_says_who_did_it(patch: Patch) -> None:
    patch.setattr(
        teams.views.home,
        "_told",
        lambda entry, _request: {"at": entry.at, "who": entry.actor, "line": "Done"},
    )


def programs_see_people(patch: Patch) -> None:
    patch.setattr(
        crm.api.views.CrmView,
        "show",
        lambda _self, kind, shown: kind(shown, context={"sees_people": True}).data,
    )


def the_list_forgets_the_team(patch: Patch) -> None:
    # A list asks twice: which deals, and what stands in the rows of a page.
    patch.setattr(Team, "deals", Deal.objects)


def programs_hear_what_was_said(patch: Patch) -> None:
    patch.setattr(crm.api.work_serializers.InteractionFacts, "TO_ALL", ("id", "text"))


def the_search_is_in_every_team(patch: Patch) -> None:
    patch.setattr(teams.search.Team.objects.all().__class__, "read_by", lambda self, _user: self)


def a_manager_finds_what_members_find(patch: Patch) -> None:
    asked = teams.search.Query.by

    def by(*who: Any, **how: Any) -> teams.search.Query:
        query = asked(*who, **how)
        return replace(query, inside=frozenset(team.pk for team in query.teams))

    patch.setattr(teams.search.Query, "by", by)


def programs_read_notes(patch: Patch) -> None:
    patch.setattr(crm.api.note_serializers.NoteFacts, "TO_ALL", ("id", "text"))


def a_manager_reads_every_agreement(patch: Patch) -> None:
    patch.setattr(AgreementQuerySet, "visible_to", lambda self, place: self.filter(team=place.team))


def a_manager_reads_what_is_not_agreed(patch: Patch) -> None:
    patch.setattr(ObjectiveQuerySet, "visible_to", lambda self, _member: self)


def a_manager_reads_the_proposed_charter(patch: Patch) -> None:
    as_it_is = teams.charters.charter_of

    def charter_of(team: Team, _member: Any, day: Any) -> Any:
        return as_it_is(team, _first_place(team.slug), day)

    patch.setattr(teams.api_charter, "charter_of", charter_of)


def points_are_read_before_the_reveal(patch: Patch) -> None:
    patch.setattr(debates.models.course.Course, "is_hidden", property(lambda _self: False))


IN_THE_ANSWERS: list[tuple[Callable[[Patch], None], str, str]] = [
    (an_envelope_is_open, "colleague", "reviews-api:piece"),
    (an_envelope_is_open, "colleague", "reviews-api:feedback"),
    (points_are_read_before_the_reveal, "manager", "debates:debate"),
    (points_are_read_before_the_reveal, "manager", "debates-api:debate"),
    (a_manager_reads_every_agreement, "manager", "agreements:ledger"),
    (a_manager_reads_every_agreement, "manager", "agreements-api:agreements"),
    (a_manager_reads_what_is_not_agreed, "manager", "dashboards-api:objectives"),
    (a_manager_reads_the_proposed_charter, "manager", "teams-api:charter"),
    (a_manager_reads_who_signed, "manager", "dashboards:range"),
    (a_manager_reads_what_we_know_of_a_person, "manager", "crm:contact"),
    (the_silent_of_every_team_are_ours, "member", "crm:retention"),
    (the_silent_of_every_team_are_ours, "member", "crm-api:retention"),
    (what_any_team_knows_is_ours, "member", "crm:customer"),
    (what_any_team_knows_is_ours, "member", "crm-api:customer-own-facts"),
    (the_board_of_another_team, "member", "crm:board"),
    (the_board_of_another_team, "member", "crm-api:board"),
    (a_contact_is_known_to_everybody, "member", "crm:contacts"),
    (a_contact_is_known_to_everybody, "member", "crm-api:contacts"),
    (a_manager_is_taken_for_a_member, "manager", "crm:deal"),
    (a_manager_is_taken_for_a_member, "manager", "crm:contacts"),
    (today_says_who_did_it, "manager", "home"),
    (programs_see_people, "manager", "crm-api:deal"),
    (programs_see_people, "manager", "crm-api:interactions"),
    (programs_hear_what_was_said, "manager", "crm-api:interactions"),
    (programs_see_people, "manager", "crm-api:notes"),
    (programs_read_notes, "manager", "crm-api:note"),
    (the_list_forgets_the_team, "member", "crm:deals"),
    (the_list_forgets_the_team, "manager", "crm-api:deals"),
    (the_search_is_in_every_team, "member", "search"),
    (the_search_is_in_every_team, "manager", "search"),
    (a_manager_finds_what_members_find, "manager", "search-api"),
]

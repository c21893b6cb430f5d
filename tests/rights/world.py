"""Two teams, everybody who may or may not look, and a thing in every state it can be in.

Every text carries a mark that says whose it is, so that a leak is found by searching for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from agreements.models import Agreement, Place, Terms, Verdict
from crm import exports
from crm.bulk import BulkChange, change_many
from crm.happenings import Happening
from crm.models import (
    Deal,
    Export,
    FieldDefinition,
    Pipeline,
    Question,
    RetentionRule,
    Rule,
    SavedView,
    Source,
    Stage,
    Target,
    take_back,
)
from crm.models.contact import Contact
from crm.models.customer import Organization, Product
from crm.models.drafting import StageDraft
from crm.models.undoing import new_batch
from dashboards import kpis
from dashboards.jobs import publish_period, update_figures
from dashboards.models import Baseline, Report
from dashboards.periods import Period
from debates.models import Brought, Debate
from reviews.models import Feedback, Kind, Mode, ReviewRound
from teams import copying
from teams.models import Invitation, LogEntry, Membership, PersonalCopy, Team, User
from tests import builders, debating, looking_back, reviewing

# What stands in no other word of any page.
OUR_WORK, THEIR_WORK = "goudplevier", "zilvervos"
OUR_PEOPLE, THEIR_PEOPLE = "Bergeend", "Roerdomp"
# What is said and written inside the team, and kept from its manager too.
OUR_WORDS = "kluut"
# What the member writes to a colleague who has not read it yet: to nobody else's eyes.
OUR_DRAFTS = "sperwer"

# How to reach the people of their customers.
REACH = {OUR_WORK: "kluut", THEIR_WORK: "tureluur"}

OUR_WEEK, THEIR_WEEK = "2026-W47", "2026-W46"
# Long before anybody worked here.
OLD_WEEK, NEW_WEEK = "2025-W01", Period.parse("2025-W42")
ORDINARY = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3]


@dataclass
class Side:
    """One team: its process and its deals by the state they are in."""

    team: Team
    mark: str
    pipeline: Pipeline
    deals: dict[str, Deal] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    @property
    def stages(self) -> dict[str, Stage]:
        return {stage.category: stage for stage in self.pipeline.stages.all()}


@dataclass
class World:
    now: datetime
    people: dict[str, User | None]
    ours: Side
    theirs: Side
    anna: Membership
    bram: Membership
    carla: Membership


@dataclass
class Scene:
    """A thing in a state: what fills in the address, and what is sent along."""

    parts: dict[str, Any] = field(default_factory=dict)
    deal: Deal | None = None
    version: int = 1
    field: FieldDefinition | None = None
    choice: Source | None = None
    rule: Rule | None = None


def build(now: datetime) -> World:
    before = now - timedelta(days=21)
    ours, theirs = _team("Rijnmond", OUR_WORK, before), _team("Veluwe", THEIR_WORK, before)

    def welcome(name: str, side: Side, mark: str = "") -> Membership:
        return side.team.welcome(builders.person(f"{name} {mark}".strip()), by=None, at=before)

    def follow(name: str, side: Side, mark: str = "") -> User:
        user = builders.person(f"{name} {mark}".strip())
        side.team.link_manager(user, by=None, at=before)
        return user

    anna, bram = welcome("Anna", ours, OUR_PEOPLE), welcome("Bram", ours, OUR_PEOPLE)
    carla = welcome("Carla", theirs, THEIR_PEOPLE)
    fem, mo = welcome("Fem", ours, OUR_PEOPLE), welcome("Mo", ours, OUR_PEOPLE)
    leo = follow("Leo", ours)
    bo = follow("Bo", ours)
    theirs.team.welcome(bo, by=None, at=before)
    # What colleagues promise each other stands in their book, and in no manager's.
    _promised(anna, bram.user, f"I count {OUR_WORDS}", now)
    # Nor does a manager read what the team talks about before it has agreed.
    builders.wanted("deals-won", by=anna, at=now, why=f"So that {OUR_WORDS}")
    # What they write to each other is theirs: of one round it was read, of the other it was not.
    reviewing.released(by=anna, at=before, mode=Mode.OPEN, text=f"{OUR_WORDS} {{question}}")
    running = reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
    running.write(bram.user, reviewing.words(OUR_DRAFTS), by=anna, at=now)
    reviewing.given(anna, bram, OUR_DRAFTS, at=now)
    mia, max_ = follow("Mia", ours), follow("Max", theirs, THEIR_PEOPLE)
    _work(ours, anna, before)
    _work(theirs, carla, before)
    # Both know something of a customer of ours, each in a field of the same name.
    shared = Organization.objects.get(pk=ours.people["organization"])
    for side, member in ((ours, anna), (theirs, carla)):
        builders.known(shared, f"Known {side.mark}", by=member, at=before)
    Pipeline.objects.update(asks_customer="won")
    fem.leave(by=None, at=now - timedelta(days=1))
    mo.leave(by=None, at=now - timedelta(days=1))
    theirs.team.welcome(mo.user, by=None, at=now - timedelta(days=1))
    ours.team.manager_links.get(user=leo).leave(by=None, at=now - timedelta(days=1))
    for side in (ours, theirs):
        update_figures(side.team, since=before, at=now)
    publish_period(theirs.team, Period.parse(THEIR_WEEK), at=now)
    return World(
        now=now,
        people={
            "anonymous": None,
            "member": anna.user,
            "colleague": bram.user,
            "stranger": carla.user,
            "manager": mia,
            "other manager": max_,
            "administrator": User.objects.create_superuser("ada@example.com", "Ada", "x"),
            "former member": fem.user,
            "former manager": leo,
            "moved": mo.user,
            "both": bo,
        },
        ours=ours,
        theirs=theirs,
        anna=anna,
        bram=bram,
        carla=carla,
    )


def _team(name: str, mark: str, at: datetime) -> Side:
    known_as = f"{name} {THEIR_PEOPLE}" if mark == THEIR_WORK else name
    team = Team.start(known_as, by=None, at=at, slug=name.lower())
    Team.objects.filter(pk=team.pk).update(
        goal=f"Goal {mark}",
        goal_kpi="deals-won",
        goal_target=10,
        goal_from_on=date(2026, 1, 1),
        goal_until_on=date(2026, 12, 31),
    )
    team.refresh_from_db()
    drafts = [
        StageDraft(f"{draft.name} {mark}", draft.category, f"{draft.exit_policy} {mark}")
        for draft in builders.STAGES
    ]
    pipeline = Pipeline.start(team, f"Sales {mark}", drafts, by=None, at=at, reason=f"Why {mark}")
    return Side(team, mark, pipeline)


def _work(side: Side, by: Membership, at: datetime) -> None:
    """A deal in every state; the other team has more of them, so some numbers are only theirs."""
    mark, extra = side.mark, ["spare", "spare"] if side.mark == THEIR_WORK else []
    field = builders.field(f"Field {mark}", by=by, at=at)
    RetentionRule.objects.agree(24, seen=0, by=by, at=at)
    ours = {"name": f"Rule {mark}", "activity_title": f"Activity {mark}"}
    builders.rule(by=by, at=at, **ours, conditions=[[["title", "contains", mark]]])
    for hours, state in enumerate(["open", "won", "lost", "unowned", "deleted", *extra]):
        when = at + timedelta(days=8, hours=hours)
        deal = builders.deal(
            side.pipeline,
            by=by,
            at=when,
            title=f"Title {state} {mark}",
            customer=f"Customer {state} {side.team.slug}",
            amount=Decimal(4321),
            source=f"Source {mark}",
            contact=Contact.objects.create(name=f"Contact {mark}"),
        )
        deal.custom = {field.key: f"Value {mark}"}
        # What the company sells is no team's secret.
        deal.product = Product.objects.get_or_create(name="Scanner")[0]
        deal.save()
        deal.plan_step(f"Step {mark}", date(2026, 11, 20), by=by, at=when)
        if state != "unowned":
            deal.take(by=by, at=when)
        words = f"{mark} {OUR_WORDS}" if mark == OUR_WORK else mark
        builders.attached(deal, b"File of " + words.encode(), f"{words}.txt", by=by, at=when)
        builders.noted(deal, f"Noted {words} @{by.user.name}", by=by, at=when)
        builders.said(deal, by=by, at=when, subject=f"Subject {words}", text=f"Said {words}")
        later = when + timedelta(days=2)
        if state == "won":
            builders.won(deal, by=by, at=later)
        elif state == "lost":
            builders.lost(deal, by=by, at=later, reason=f"Reason {mark}")
        elif state == "deleted":
            deal.discard(by=by, at=later)
        side.deals[state] = deal
    _people(side, by, at)


def _people(side: Side, by: Membership, at: datetime) -> None:
    """Somebody at a customer, whom only those know who serve it; a manager knows the name."""
    organization = side.deals["open"].organization
    assert organization is not None
    person = Contact.objects.add(f"Person {side.mark}", organization, side.mark, by=by, at=at)
    person.add_point("email", f"mail@{REACH[side.mark]}.example", "work", by=by, at=at)
    again = Contact.objects.add(f"Person again {side.mark}", organization, "", by=by, at=at)
    side.people = {
        "organization": organization.pk,
        "other_organization": Organization.objects.named(f"Double {side.team.slug}").pk,
        "contact": person.pk,
        "other_contact": again.pk,
        "point": person.points.get().pk,
        "affiliation": person.affiliations.get().pk,
    }
    builders.known(person, f"Likes {REACH[side.mark]}", by=by, at=at)


# -- every state of every thing: how it comes about, and how it is addressed -----------------------


def _deal(world: World, deal: Deal) -> Scene:
    return Scene({"team_slug": world.ours.team.slug, "number": deal.number}, deal)


def _in_state(state: str) -> Callable[[World], Scene]:
    return lambda world: _deal(world, world.ours.deals[state])


def _deal_of_nobody(world: World) -> Scene:
    return Scene({"team_slug": world.ours.team.slug, "number": 999_999}, world.ours.deals["open"])


def _their_deal(world: World) -> Scene:
    return _deal(world, world.theirs.deals["spare"])


def _process(kind: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        pk = {
            "there": world.ours.pipeline.pk,
            "a process of another team": world.theirs.pipeline.pk,
            "no such process": 999_999,
        }[kind]
        return Scene({"team_slug": world.ours.team.slug, "pipeline": pk})

    return scene


def _entry(world: World, entry: LogEntry) -> Scene:
    return Scene({"team_slug": world.ours.team.slug, "entry": entry.pk})


def _moved(world: World, side: Side, by: Membership) -> tuple[Deal, LogEntry]:
    deal, stages = Deal.objects.get(pk=side.deals["open"].pk), side.stages
    entry = deal.move_to(stages["open"], seen_in=stages["intake"], by=by, at=world.now)
    return deal, entry


def _undoable(world: World) -> Scene:
    return _entry(world, _moved(world, world.ours, world.anna)[1])


def _overtaken(world: World) -> Scene:
    deal, entry = _moved(world, world.ours, world.anna)
    stages = world.ours.stages
    deal.move_to(stages["won"], seen_in=stages["open"], by=world.bram, at=world.now)
    return _entry(world, entry)


def _undone(world: World) -> Scene:
    _deal, entry = _moved(world, world.ours, world.anna)
    take_back(entry, by=world.anna, at=world.now)
    return _entry(world, entry)


def _taking_back(world: World) -> Scene:
    _deal, entry = _moved(world, world.ours, world.anna)
    return _entry(world, take_back(entry, by=world.anna, at=world.now))


def _facts(world: World) -> Scene:
    deal = Deal.objects.get(pk=world.ours.deals["unowned"].pk)
    return _entry(world, deal.take(by=world.bram, at=world.now))


def _nothing_to_undo(world: World) -> Scene:
    team = world.ours.team
    return _entry(world, team.logbook.exclude(subject_label="crm.deal").newest_first()[0])


def _deletion(world: World) -> Scene:
    deleted = LogEntry.objects.about(world.ours.deals["deleted"]).newest_first()
    return _entry(world, deleted[0])


def _adding(world: World) -> Scene:
    deal = builders.deal(world.ours.pipeline, by=world.anna, at=world.now)
    return _entry(world, LogEntry.objects.about(deal).newest_first()[0])


def _removal(world: World) -> Scene:
    note = world.ours.deals["open"].notes.get()
    return _entry(world, note.remove(version=note.version, by=world.anna, at=world.now))


def _restored(world: World) -> Scene:
    deal = Deal.everything.get(pk=world.ours.deals["deleted"].pk)
    deal.restore(by=world.anna, at=world.now)
    return _deal(world, deal)


def _their_deleted_deal(world: World) -> Scene:
    deal = Deal.objects.get(pk=world.theirs.deals["spare"].pk)
    deal.discard(by=world.carla, at=world.now)
    return _deal(world, deal)


def _batch(world: World, side: Side, by: Membership) -> Scene:
    deal, fair = side.deals["open"], builders.chosen(Source, side.team, "Fair")
    was = deal.source_id
    Deal.objects.filter(pk=deal.pk).update(source=fair)
    entry = LogEntry.record(
        Happening.DEAL_EDITED,
        deal,
        by=by,
        at=world.now,
        **deal.naming(),
        old={"source_id": was},
        new={"source_id": fair.pk},
        batch=new_batch(),
    )
    return _entry(world, entry)


def _their_move(world: World) -> Scene:
    return _entry(world, _moved(world, world.theirs, world.carla)[1])


def _no_such_move(world: World) -> Scene:
    return Scene({"team_slug": world.ours.team.slug, "entry": 999_999_999})


def _interaction(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        deal = world.ours.deals["open"]
        found = {
            "of another deal": world.ours.deals["unowned"],
            "of another team": world.theirs.deals["open"],
        }.get(state, deal).interactions.get()
        if state == "removed":
            found.remove(version=found.version, by=world.anna, at=world.now)
        pk = 999_999 if state == "no such interaction" else found.pk
        return Scene({"team_slug": "rijnmond", "number": deal.number, "interaction": pk}, deal)

    return scene


def _view(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        whose = {"a colleague's own": world.bram, "a view of another team": world.carla}
        by = whose.get(state, world.anna)
        own = "own" in state
        view = SavedView.objects.add(f"View {state}", {}, own=own, by=by, at=world.now)
        if state == "deleted":
            view.discard(by=by, at=world.now)
        key = 999_999 if state == "no such view" else view.pk
        parts = {"team_slug": world.ours.team.slug, "view": key, "version": view.version}
        return Scene(parts)

    return scene


def _file(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        side = world.theirs if state == "of another team" else world.ours
        found = side.deals["open"].attachments.get()
        if state == "removed":
            found.remove(by=world.anna, at=world.now)
        pk = 999_999 if state == "no such file" else found.pk
        return Scene({"team_slug": world.ours.team.slug, "file": pk})

    return scene


def _note(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        side = world.theirs if state == "of another team" else world.ours
        found = side.deals["open"].notes.get()
        if state == "mentions a colleague":
            text = f"{found.text} @{world.bram.user.name}"
            found.edit({"text": text}, version=found.version, by=world.anna, at=world.now)
        if state == "removed":
            found.remove(version=found.version, by=world.anna, at=world.now)
        pk = 999_999 if state == "no such note" else found.pk
        return Scene({"team_slug": world.ours.team.slug, "note": pk}, version=found.version)

    return scene


def _activity(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        side, by = world.ours, world.anna
        if state == "of another team":
            side, by = world.theirs, world.carla
        found = builders.planned(
            Deal.objects.get(pk=side.deals["open"].pk),
            by=by,
            at=world.now,
            title=f"Plan {side.mark}",
            assignee=by.user,
        )
        if state == "done":
            found.do(f"Outcome {OUR_WORDS}", version=found.version, by=by, at=world.now)
        pk = 999_999 if state == "no such activity" else found.pk
        return Scene({"team_slug": world.ours.team.slug, "activity": pk}, version=found.version)

    return scene


def _bulk_edit(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by = world.carla if state == "of another team" else world.anna
        deals = list(by.team.deals.all())
        edit = change_many(deals, BulkChange(delete=True), by=by, at=world.now)
        key = 999_999 if state == "no such change" else edit.pk
        return Scene({"team_slug": world.ours.team.slug, "edit": key})

    return scene


def _export(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        whose = {"a colleague's": world.bram, "of another team": world.carla}
        by, at = whose.get(state, world.anna), world.now
        at -= timedelta(days=8) if state == "over" else timedelta(0)
        export = Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=by, at=at)
        exports.write(export, at=world.now)
        key = 999_999 if state == "no such file" else export.pk
        return Scene({"team_slug": world.ours.team.slug, "export": key})

    return scene


def _copy(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by, at = world.bram if state == "a colleague's" else world.anna, world.now
        at -= timedelta(days=8) if state == "over" else timedelta(0)
        if state != "never asked for":
            copy = PersonalCopy.objects.ask(by.user, language="en", at=at)
            if state != "being made":
                copying.write(copy, at=world.now)
        return Scene()

    return scene


def _link(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        if state == "no such link":
            return Scene({"token": "nothing"})
        email = world.people["stranger"].email if state != "open" else "dora@example.com"
        found = Invitation.objects.invite(email, "Dora", by=world.anna, at=world.now)
        return Scene({"token": found.token})

    return scene


def _asked(world: World) -> Scene:
    deal = Deal.objects.get(pk=world.ours.deals["won"].pk)
    return Scene({"link": Question.objects.ask(deal, by=world.anna, at=world.now).link})


def _invitation(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by = world.carla if state == "of another team" else world.anna
        found = Invitation.objects.invite("dora@example.com", "Dora", by=by, at=world.now)
        if state == "withdrawn":
            found.withdraw(by=by, at=world.now)
        pk = 999_999 if state == "no such invitation" else found.pk
        return Scene({"team_slug": world.ours.team.slug, "invitation": pk})

    return scene


def _customer(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        names = ("organization", "other_organization")
        found = {name: world.ours.people[name] for name in names}
        parts = found if state == "of ours" else dict.fromkeys(names, 999_999)
        return Scene({"team_slug": world.ours.team.slug, **parts})

    return scene


def _contact(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        side = world.ours if state == "at a customer of ours" else world.theirs
        parts = dict.fromkeys(side.people, 999_999) if "no such" in state else side.people
        return Scene({"team_slug": world.ours.team.slug, **parts})

    return scene


def _list(state: str) -> Callable[[World], Scene]:
    word = "sources" if state == "of ours" else "nothing"
    return lambda world: Scene({"team_slug": world.ours.team.slug, "word": word})


def _choice(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        side = world.theirs if state == "of another team" else world.ours
        found = Source.objects.get(team=side.team, name=f"Source {side.mark}")
        if state == "archived":
            found.archive(by=world.anna, at=world.now)
        pk = 999_999 if state == "no such choice" else found.pk
        parts = {"team_slug": world.ours.team.slug, "word": "sources", "choice": pk}
        return Scene(parts, choice=found)

    return scene


def _rule(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        side = world.theirs if state == "of another team" else world.ours
        found = Rule.objects.get(team=side.team)
        if state == "switched off":
            found.switch_off(by=world.anna, at=world.now)
        pk = 999_999 if state == "no such rule" else found.pk
        return Scene({"team_slug": world.ours.team.slug, "rule": pk}, rule=found)

    return scene


def _field(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        side = world.theirs if state == "of another team" else world.ours
        found = side.team.fields.about(Target.DEAL).select_related("team").get()
        if state == "archived":
            found.archive(by=world.anna, at=world.now)
        pk = 999_999 if state == "no such field" else found.pk
        return Scene({"team_slug": world.ours.team.slug, "field": pk}, field=found)

    return scene


WITH_THE_MANAGER = ("with the manager", "of another team", "no such agreement")


def _agreement(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        at = timezone.now()
        anna, mia = world.anna, world.people["manager"]
        # Between the two of the team it is told to no manager.
        kept = f"I count {OUR_WORDS}"
        made = {
            "with a colleague": lambda: _promised(anna, world.bram.user, kept, at),
            "with the manager": lambda: _promised(anna, mia, "I show the figures", at),
            "of another team": lambda: _promised(world.carla, world.people["both"], "I wait", at),
        }
        pk = made[state]().pk if state in made else 999_999
        parts = {"team_slug": world.ours.team.slug, "agreement": pk, "act": "acceptance"}
        return Scene(parts)

    return scene


def _promise(state: str, *, far: int) -> Callable[[World], Scene]:
    """The same, accepted by the second, and so far of what may become of it then."""

    def scene(world: World) -> Scene:
        found, at = _agreement(state)(world), timezone.now()
        made = Agreement.objects.filter(pk=found.parts["agreement"], team=world.ours.team).first()
        if made is None:
            return found
        anna, other, witness = world.anna, _second(world, state), world.bram.user
        made.accept(1, by=other, at=at)
        made.run_out(at=at)
        promise = made.promise()
        steps = [
            lambda: promise.declare_done(by=anna, at=at),
            lambda: promise.judge(Verdict.BROKEN, "Call sooner", by=other, at=at),
            lambda: promise.contest("It was", witness, by=anna, at=at),
            lambda: promise.name_witness(witness, by=other, at=at),
        ]
        for step in steps[:far]:
            step()
        return found

    return scene


def _second(world: World, state: str) -> Place:
    if state == "with a colleague":
        return world.bram
    return world.ours.team.manager_links.get(user=world.people["manager"])


def _promised(by: Membership, other: User | None, words: str, at: datetime) -> Agreement:
    terms = Terms("", words, "It can be seen", at.date() + timedelta(days=5))
    return Agreement.objects.propose(
        terms, promisors=[by.user], counterparties=[other], by=by, at=at
    )


def _procedure(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by = world.carla if state == "of another team" else world.anna
        pk = 999_999
        if state != "no such procedure":
            made = builders.procedure(by=by, at=world.now, is_on_trial=state == "on trial")
            pk = made.pk
        parts = {"team_slug": world.ours.team.slug, "procedure": pk, "deed": "trial"}
        return Scene(parts)

    return scene


def _intervention(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        side = world.theirs if state == "of another team" else world.ours
        pk = 999_999
        if state != "no such intervention":
            pk = builders.stepped_in(side.team, at=world.now).pk
        return Scene({"team_slug": world.ours.team.slug, "intervention": pk})

    return scene


def _evaluation(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        # Not a word of it but what is published is told to a manager.
        words, at, month = f"I count {OUR_WORDS}", timezone.now(), looking_back.MONTH
        if state == "asked for":
            looking_back.asked(world.ours.team, at=at)
        elif state == "going on":
            looking_back.written(looking_back.begun(by=world.anna, at=at), world.anna, words)
        elif state == "concluded":
            looking_back.concluded(by=world.anna, at=at, text=words, published=())
        elif state == "of another team":
            month = month.previous
            looking_back.asked(world.theirs.team, at=at, month=month)
        return Scene({"team_slug": world.ours.team.slug, "month": str(month)})

    return scene


def _debate(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by, at, pk = world.anna, timezone.now(), 999_999
        if state == "asked for":
            pk = Debate.objects.request(kpis.get("win-rate"), "Why?", by=by, at=at).pk
        elif state == "gathering":
            debate = debating.opened(by=by, at=at, slug="win-rate")
            # Nobody reads it but whoever wrote it, before all are revealed.
            debate.bring(Brought(f"I count {OUR_WORDS}"), by=by, at=at)
            pk = debate.pk
        elif state == "consenting":
            pk = debating.quick(by=by, at=at, slug="win-rate").pk
        elif state == "of another team":
            pk = debating.opened(by=world.carla, at=at).pk
        return Scene({"team_slug": world.ours.team.slug, "debate": pk, "turn": "point"})

    return scene


def _of_the_chain(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        if state == "a debate":
            kind, pk = "debate", _debate("gathering")(world).parts["debate"]
        elif state == "an agreement of two of the team":
            kind, pk = "agreement", _agreement("with a colleague")(world).parts["agreement"]
        else:
            kind = "whatever" if state == "no such kind" else "procedure"
            which = "of another team" if state == "of another team" else "on trial"
            pk = _procedure(which)(world).parts["procedure"]
            debating.agreed(by=world.anna, at=timezone.now() - timedelta(days=100))
        return Scene({"team_slug": world.ours.team.slug, "kind": kind, "start": pk})

    return scene


def _review(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by, at, pk = world.anna, world.now, 999_999
        _no_round_runs(world)
        if state == "of another team":
            by = world.carla
            pk = reviewing.proposed(by=by, at=at, mode=Mode.OPEN).pk
        elif state == "proposed":
            pk = reviewing.proposed(by=by, at=at, mode=Mode.OPEN).pk
        elif state in {"open", "handed in"}:
            made = reviewing.opened(by=by, at=at, mode=Mode.OPEN)
            made.write(world.bram.user, reviewing.words(OUR_DRAFTS), by=by, at=at)
            if state == "handed in":
                made.hand_in(by=by, at=at)
            pk = made.pk
        elif state == "released":
            made = reviewing.released(by=by, at=at - reviewing.RELEASED, mode=Mode.OPEN)
            pk = made.pk
        parts = {"review": pk, "person": world.bram.user_id, "turn": "consent"}
        return Scene({"team_slug": world.ours.team.slug, **parts})

    return scene


def _no_round_runs(world: World) -> None:
    for running in ReviewRound.objects.running().filter(team=world.ours.team):
        running.stop("Another time", by=world.anna, at=world.now)


def _chance(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        if state == "none runs":
            _no_round_runs(world)
        slug = "nowhere" if state == "no such team" else world.ours.team.slug
        return Scene({"team_slug": slug})

    return scene


def _answer(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        parts = _review("released")(world).parts
        answers = ReviewRound.objects.get(pk=parts["review"]).answers
        found = answers.filter(about=world.bram.user_id).first()
        key = found.pk if state == "written to the colleague" else uuid4()
        if state == "written in another team":
            parts = {**parts, "review": _review("of another team")(world).parts["review"]}
            key = found.pk
        return Scene({**parts, "letter": key})

    return scene


def _feedback(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        at, pk = world.now, 999_999
        if state == "of another team":
            both = Membership.objects.current().get(user=world.people["both"])
            pk = reviewing.given(world.carla, both, at=at).pk
        elif state != "no such feedback":
            is_read = state.endswith("read")
            kind = Kind.SUGGESTION if state.startswith("a suggestion") else Kind.APPRECIATION
            text = OUR_WORDS if is_read else OUR_DRAFTS
            made: Feedback = reviewing.given(world.anna, world.bram, text, kind=kind, at=at)
            if is_read:
                made.open(by=world.bram, at=at)
            pk = made.pk
        parts = {"team_slug": world.ours.team.slug, "feedback": pk, "deed": "wording"}
        return Scene(parts)

    return scene


def _objective(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by = world.carla if state == "of another team" else world.anna
        pk = 999_999
        if state != "no such objective":
            objective = builders.wanted("deals-lost", by=by, at=world.now)
            if state == "agreed":
                objective.consent(by=world.bram, at=world.now)
            pk = objective.pk
        parts = {"team_slug": world.ours.team.slug, "objective": pk, "answer": "end"}
        return Scene(parts)

    return scene


def _charter(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by = world.carla if state == "of another team" else world.anna
        pk = 999_999
        if state in {"proposed", "agreed", "of another team"}:
            # What the team talks about is its own, until all of it has agreed.
            words = "We listen" if state == "agreed" else f"We listen to the {OUR_WORDS}"
            charter = builders.chartered(by=by, at=world.now, ways=words)
            if state == "agreed":
                charter.consent(by=world.bram, at=world.now)
            pk = charter.pk
        slug = "nowhere" if state == "no such team" else world.ours.team.slug
        return Scene({"team_slug": slug, "charter": pk, "answer": "end"})

    return scene


def _role(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        is_ours = state != "of another team"
        by, who = (world.anna, world.bram) if is_ours else (world.carla, world.carla)
        role = builders.role(by=by, at=world.now)
        asked = 999_999
        if state not in {"free", "no such nomination"}:
            why = f"They know the {OUR_WORDS}" if is_ours else "They know us"
            nomination = role.nominate(who.user, 6, why, by=by, at=world.now)
            if state == "held":
                nomination.consent(by=who, at=world.now)
            asked = nomination.pk
        parts = {"role": 999_999 if state == "no such role" else role.pk, "nomination": asked}
        named = {"team_slug": world.ours.team.slug, "deed": "nomination", "answer": "end"}
        return Scene(parts | named)

    return scene


def _before(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        ours, old = world.ours.team, builders.team("Lek", at=world.now)
        said = {"kpis": [], "restated": []}
        begun = world.now
        Report.publish(old, Period.parse(THEIR_WEEK), said, at=begun)
        if state == "published later":
            begun -= timedelta(seconds=1)
        if state != "never divided":
            Team.objects.filter(pk=ours.pk).update(divided_from=old, started_at=begun)
        slug = "nowhere" if state == "no such team" else ours.slug
        week = "2024-W20" if state == "no such report" else THEIR_WEEK
        return Scene({"team_slug": slug, "period": week})

    return scene


def _division(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        by = world.carla if state == "of another team" else world.anna
        names = ("Iris", "Jan", "Kees", "Lot")
        *goes, _lot = [builders.member(name, by.team, at=world.now) for name in names]
        if state == "agreed":
            # What is being written would be in the way.
            world.ours.team.review_rounds.get(state="open").stop("Later", by=by, at=world.now)
            plan = builders.agreed_division(goes, by=by, at=world.now)
        else:
            plan = builders.division(goes, by=by, at=world.now)
        if state == "proposed":
            plan.propose(seen=plan.edition, by=by, at=world.now)
        pk = 999_999 if state == "no such division" else plan.pk
        parts = {"division": pk, "deed": "words", "team_slug": world.ours.team.slug}
        return Scene(parts, version=plan.edition)

    return scene


def _frame(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        if state == "announced":
            links = world.ours.team.manager_links.select_related("team", "user")
            builders.framed(links.get(user=world.people["manager"]), at=world.now)
        slug = "nowhere" if state == "no such team" else world.ours.team.slug
        return Scene({"team_slug": slug})

    return scene


def _wanted(state: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        if state == "wanted":
            builders.wanted("deals-lost", by=world.anna, at=world.now)
        slug = "whatever" if state == "no such figure" else "deals-lost"
        return Scene({"team_slug": world.ours.team.slug, "kpi": slug})

    return scene


def _room(world: World) -> Scene:
    return Scene({"team_slug": world.ours.team.slug})


def _published(world: World, period: str) -> Scene:
    publish_period(world.ours.team, Period.parse(period), at=world.now)
    return Scene({"team_slug": world.ours.team.slug, "period": period})


def _draft(world: World) -> Scene:
    # A team that was there last week has a draft of it.
    Team.objects.filter(pk=world.ours.team.pk).update(started_at=world.now - timedelta(days=30))
    return Scene({"team_slug": world.ours.team.slug, "period": OUR_WEEK, "kpi": "deals-won"})


def _draft_published_meanwhile(world: World) -> Scene:
    scene = _draft(world)
    publish_period(world.ours.team, Period.parse(OUR_WEEK), at=world.now)
    return scene


def _no_draft(period: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        return Scene({**_draft(world).parts, "period": period})

    return scene


def _report(period: str) -> Callable[[World], Scene]:
    return lambda world: Scene({"team_slug": world.ours.team.slug, "period": period})


def _figure(slug: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        _published(world, OUR_WEEK)
        return Scene({"team_slug": world.ours.team.slug, "kpi": slug})

    return scene


def _range(state: str) -> Callable[[World], Scene]:
    """A figure that was measured for long enough to sign a range, and then another one."""

    def scene(world: World) -> Scene:
        _published(world, OUR_WEEK)
        won, weeks = kpis.get("deals-won"), list(Period.parse(OLD_WEEK).through(NEW_WEEK))
        builders.measured(world.ours.team, won, weeks, [*ORDINARY, *ORDINARY], at=world.now)
        if state == "signed":
            at = world.now - timedelta(days=1)
            Baseline.sign(won, weeks[0], weeks[20], by=world.anna, at=at, reason="Calm")
        slug = "whatever" if state == "no such figure" else won.slug
        return Scene({"team_slug": world.ours.team.slug, "kpi": slug})

    return scene


def _behind(period: str, slug: str = "deals-won") -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        return Scene({**_figure(slug)(world).parts, "period": period})

    return scene


def _filled_room(world: World) -> Scene:
    _published(world, OUR_WEEK)
    return _room(world)


def _row(kind: str) -> Callable[[World], Scene]:
    def scene(world: World) -> Scene:
        links = world.ours.team.manager_links
        pk = {
            "person": world.anna.user.pk,
            "team at the desk": world.ours.team.pk,
            "membership": world.bram.pk,
            "manager link": links.get(user=world.people["manager"]).pk,
        }[kind]
        return Scene({"object_id": pk, "id": pk})

    return scene


def _no_row(_world: World) -> Scene:
    return Scene({"object_id": 999_999, "id": 999_999})


def _made_up(_world: World) -> Scene:
    return Scene(
        {"app_label": "teams", "content_type_id": 1, "object_id": 1, "uidb36": "1", "key": "x"}
    )


SCENES: dict[str, dict[str, Callable[[World], Scene]]] = {
    "nothing": {"always": lambda _: Scene()},
    "team": {
        "there": _room,
        "no such team": lambda _: Scene({"team_slug": "nowhere"}),
    },
    "deal": {
        **{state: _in_state(state) for state in ("open", "won", "lost", "unowned")},
        "deleted": _in_state("deleted"),
        "no such number": _deal_of_nobody,
        "a number of another team": _their_deal,
    },
    "process": {
        kind: _process(kind) for kind in ("there", "no such process", "a process of another team")
    },
    "deal in the bin": {
        "deleted": _in_state("deleted"),
        "restored": _restored,
        "no such number": _deal_of_nobody,
        "a number of another team": _their_deleted_deal,
    },
    "line": {
        "undoable": _undoable,
        "overtaken": _overtaken,
        "undone": _undone,
        "taking back": _taking_back,
        "facts": _facts,
        "deletion": _deletion,
        "adding": _adding,
        "removal": _removal,
        "nothing to undo": _nothing_to_undo,
        "of another team": _their_move,
        "no such line": _no_such_move,
    },
    "batch": {
        "together": lambda world: _batch(world, world.ours, world.anna),
        "alone": _facts,
        "of another team": lambda world: _batch(world, world.theirs, world.carla),
        "no such line": _no_such_move,
    },
    "interaction": {
        state: _interaction(state)
        for state in (
            "written down",
            "removed",
            "of another deal",
            "of another team",
            "no such interaction",
        )
    },
    "saved view": {
        state: _view(state)
        for state in (
            "the team's",
            "one's own",
            "deleted",
            "a colleague's own",
            "a view of another team",
            "no such view",
        )
    },
    "attachment": {
        state: _file(state) for state in ("kept", "removed", "of another team", "no such file")
    },
    "agreement": {state: _agreement(state) for state in ("with a colleague", *WITH_THE_MANAGER)},
    "promise": {state: _promise(state, far=0) for state in ("with a colleague", *WITH_THE_MANAGER)},
    "promise said to be done": {
        state: _promise(state, far=1) for state in ("with a colleague", *WITH_THE_MANAGER)
    },
    "broken promise": {state: _promise(state, far=2) for state in WITH_THE_MANAGER},
    "contested promise": {state: _promise(state, far=3) for state in WITH_THE_MANAGER},
    "promise before its witness": {state: _promise(state, far=4) for state in WITH_THE_MANAGER},
    "note": {
        state: _note(state)
        for state in (
            "written down",
            "mentions a colleague",
            "removed",
            "of another team",
            "no such note",
        )
    },
    "activity": {
        state: _activity(state)
        for state in ("to be done", "done", "of another team", "no such activity")
    },
    "bulk edit": {
        state: _bulk_edit(state) for state in ("done", "of another team", "no such change")
    },
    "export": {
        state: _export(state)
        for state in ("ready", "a colleague's", "over", "of another team", "no such file")
    },
    "own copy": {
        state: _copy(state)
        for state in ("ready", "a colleague's", "being made", "over", "never asked for")
    },
    "invitation": {
        state: _link(state) for state in ("open", "of somebody known here", "no such link")
    },
    "customer": {state: _customer(state) for state in ("of ours", "no such customer")},
    "contact": {
        state: _contact(state)
        for state in ("at a customer of ours", "at a customer of another team", "no such contact")
    },
    "field of the team": {
        state: _field(state)
        for state in ("asked for", "archived", "of another team", "no such field")
    },
    "list": {state: _list(state) for state in ("of ours", "no such list")},
    "choice": {
        state: _choice(state)
        for state in ("offered", "archived", "of another team", "no such choice")
    },
    "rule": {
        state: _rule(state)
        for state in ("at work", "switched off", "of another team", "no such rule")
    },
    "question": {"asked": _asked, "no such question": lambda _: Scene({"link": "nothing"})},
    "invitation of the team": {
        state: _invitation(state)
        for state in ("open", "withdrawn", "of another team", "no such invitation")
    },
    "room": {"no report yet": _room, "with a report": _filled_room},
    "figure": {
        "counted": _figure("deals-won"),
        "in parts": _figure("time-in-stage"),
        "no such figure": _figure("whatever"),
    },
    "procedure": {
        state: _procedure(state)
        for state in ("alive", "on trial", "of another team", "no such procedure")
    },
    "intervention": {
        state: _intervention(state)
        for state in ("written down", "of another team", "no such intervention")
    },
    "figure of deals": {
        "a duration": _figure("cycle-time"),
        "by stage": _figure("time-in-stage"),
        "counted only": _figure("deals-won"),
        "no such figure": _figure("whatever"),
    },
    "figure of courses": {
        "by stage": _figure("stage-conversion"),
        "counted only": _figure("win-rate"),
        "no such figure": _figure("whatever"),
    },
    "evaluation": {
        state: _evaluation(state)
        for state in ("asked for", "going on", "concluded", "of another team", "no such evaluation")
    },
    "debate": {
        state: _debate(state)
        for state in ("asked for", "gathering", "consenting", "of another team", "no such debate")
    },
    "link of the chain": {
        state: _of_the_chain(state)
        for state in (
            "a debate",
            "an agreement of two of the team",
            "a procedure on trial",
            "of another team",
            "no such kind",
        )
    },
    "review": {
        state: _review(state)
        for state in (
            "proposed",
            "open",
            "handed in",
            "released",
            "of another team",
            "no such round",
        )
    },
    "round that is over": {
        state: _review(state)
        for state in (
            "proposed",
            "open",
            "handed in",
            "released",
            "of another team",
            "no such round",
        )
    },
    "chance of a round": {
        state: _chance(state) for state in ("none runs", "one runs", "no such team")
    },
    "answer of a round": {
        state: _answer(state)
        for state in ("written to the colleague", "written in another team", "no such answer")
    },
    "feedback": {
        state: _feedback(state)
        for state in (
            "an appreciation on its way",
            "an appreciation that was read",
            "a suggestion that was read",
            "of another team",
            "no such feedback",
        )
    },
    "objective": {
        state: _objective(state)
        for state in ("proposed", "agreed", "of another team", "no such objective")
    },
    "charter": {
        state: _charter(state)
        for state in ("proposed", "agreed", "of another team", "no such charter")
    },
    "charter of the team": {
        state: _charter(state)
        for state in ("not written yet", "proposed", "agreed", "no such team")
    },
    "role": {
        state: _role(state)
        for state in ("free", "proposed", "held", "of another team", "no such role")
    },
    "reports from before": {
        state: _before(state) for state in ("divided", "never divided", "no such team")
    },
    "report from before": {
        state: _before(state)
        for state in ("until then", "published later", "no such report", "never divided")
    },
    "division": {
        state: _division(state)
        for state in ("planned", "proposed", "agreed", "of another team", "no such division")
    },
    "nomination": {
        state: _role(state)
        for state in ("proposed", "held", "of another team", "no such nomination")
    },
    "frame": {state: _frame(state) for state in ("not announced", "announced", "no such team")},
    "figure wanted": {
        state: _wanted(state) for state in ("wanted", "not wanted yet", "no such figure")
    },
    "normal range": {
        state: _range(state) for state in ("signed", "not signed yet", "no such figure")
    },
    "facts": {
        "published": _behind(OUR_WEEK),
        "running": _behind("2026-W48"),
        "not begun": _behind("2027-W10"),
        "no such figure": _behind(OUR_WEEK, "whatever"),
        "no period": _behind("whenever"),
    },
    "share of teams": {
        "a share": lambda _: Scene({"kpi": "win-rate"}),
        "no share": lambda _: Scene({"kpi": "deals-won"}),
        "no such figure": lambda _: Scene({"kpi": "whatever"}),
    },
    "report": {
        "a week": lambda world: _published(world, OUR_WEEK),
        "a month": lambda world: _published(world, "2026-10"),
        "not published": _report(OUR_WEEK),
        "of another team only": _report(THEIR_WEEK),
        "no period": _report("whenever"),
    },
    "draft": {
        "waits for words": _draft,
        "published meanwhile": _draft_published_meanwhile,
        "not over": _no_draft("2026-W48"),
        "long ago": _no_draft("2026-W46"),
        "no period": _no_draft("whenever"),
    },
    "made up": {"always": _made_up},
    **{
        kind: {"there": _row(kind), "no such row": _no_row}
        for kind in ("person", "team at the desk", "membership", "manager link")
    },
}

"""Builders: the shortest way to a team, a person, a process or a deal, with real verbs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from agreements.models import (
    Agreement,
    Intervention,
    Place,
    Procedure,
    Reason,
    Terms,
    Verdict,
)
from crm.models import (
    Activity,
    AnswerPromise,
    Arrival,
    Asking,
    Attachment,
    BulkEdit,
    BulkUndo,
    Category,
    Contact,
    Deal,
    DealNumbering,
    Departure,
    Export,
    FieldDefinition,
    GoingCustomer,
    Interaction,
    Note,
    OpenSpell,
    Organization,
    OwnFacts,
    Pipeline,
    Question,
    RetentionRule,
    Rule,
    RuleRun,
    SavedView,
    Stage,
    StageVisit,
    Target,
)
from crm.models.checklist import tick
from crm.models.choices import Choice
from crm.models.drafting import StageDraft
from crm.models.naming import name_key
from crm.models.own_facts import target_of
from dashboards import drafts, kpis
from dashboards.figures import Kpi
from dashboards.models import Aim, Baseline, Measurement, Objective, Reference, Sense, Signal
from dashboards.periods import Period, PeriodKind
from teams.models import (
    CharterVersion,
    CharterWords,
    Division,
    Frame,
    FrameWords,
    LogEntry,
    ManagerLink,
    Membership,
    Nomination,
    Role,
    Team,
    User,
)

STAGES = [
    StageDraft("Contact", Category.INTAKE, "Answered within one working day"),
    StageDraft("Proposal", Category.OPEN, "Price and date on one page"),
    StageDraft("Delivered", Category.WON),
    StageDraft("Lost", Category.LOST),
]


def person(name: str) -> User:
    return User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.com", name)


def team(name: str, *, at: datetime, timezone: str = "Europe/Amsterdam") -> Team:
    return Team.start(name, by=None, at=at, timezone=timezone)


def member(name: str, team: Team, *, at: datetime) -> Membership:
    return team.welcome(person(name), by=None, at=at)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pipeline(team: Team, *, at: datetime, currency: str = "EUR") -> Pipeline:
    return Pipeline.start(team, "Sales", STAGES, by=None, at=at, currency=currency)


def deal(
    pipeline: Pipeline,
    *,
    by: Membership,
    at: datetime,
    title: str = "Wi-Fi in the yard",
    customer: str = "",
    amount: Decimal | None = None,
    **extra: Any,
) -> Deal:
    organization = Organization.objects.named(customer) if customer else None
    return Deal.objects.add(
        pipeline, title, by=by, at=at, organization=organization, amount=amount, **extra
    )


def said(
    deal: Deal, *, by: Membership, at: datetime, text: str = "Hello", **how: Any
) -> Interaction:
    """Something that was said: the customer called, unless it is told otherwise."""
    how = {"channel": "phone", "direction": "in"} | how
    return Interaction.objects.log(deal, text=text, by=by, at=at, **how)


def noted(deal: Deal, text: str = "Ring twice", *, by: Membership, at: datetime) -> Note:
    """A note about the deal."""
    return Note.objects.write(deal.team, text, deal=deal, by=by, at=at)


def attached(
    thing: Deal | Note, data: bytes = b"%PDF-1.7\nhello", name: str = "offer.pdf", **who: Any
) -> Attachment:
    """A file with a deal or a note: a small PDF, unless it is told otherwise."""
    about = {"note" if isinstance(thing, Note) else "deal": thing}
    return Attachment.objects.attach(ContentFile(data), name, **about, **who)


def planned(deal: Deal, *, by: Membership, at: datetime, **how: Any) -> Activity:
    """Something to do for a deal: a call tomorrow, unless it is told otherwise."""
    how = {"title": "Call about the yard", "kind": "call"} | how
    how.setdefault("due_on", (at + timedelta(days=1)).date())
    return Activity.objects.plan(deal.team, deal=deal, by=by, at=at, **how)


def won(deal: Deal, *, by: Membership, at: datetime) -> Deal:
    """The deal, moved to the stage where it is won."""
    stage = deal.pipeline.stages.get(category=Category.WON)
    deal.move_to(stage, seen_in=deal.stage, by=by, at=at)
    return deal


def lost(deal: Deal, *, by: Membership, at: datetime, reason: str = "Too expensive") -> Deal:
    deal.lose(reason, seen_in=deal.stage, by=by, at=at)
    return deal


def chosen(among: type[Choice], team: Team, name: str) -> Any:
    """What the team chooses from by this name, made where nobody did; None without a name."""
    found = among.objects.filter(team=team, name_key=name_key(name)).first()
    return found or (among.objects.begin(team, [name])[0] if name else None)


def field(
    label: str = "Delivery", kind: str = "text", *, by: Membership, at: datetime, **extra: Any
) -> FieldDefinition:
    """A field of the team's own, about deals unless another target is given."""
    target = extra.pop("target", Target.DEAL)
    return FieldDefinition.objects.add(target, label, kind, by=by, at=at, **extra)


def known(
    customer: Organization | Contact, words: str = "Yard", *, by: Membership, at: datetime
) -> LogEntry | None:
    """What the team of this member itself knows of a customer, in a field that is new."""
    asked = field("Own", target=target_of(customer), by=by, at=at)
    facts = OwnFacts.objects.of(by.team, customer)
    return facts.edit({asked.key: words}, version=facts.version, by=by, at=at)


def customer(
    deal: Deal, name: str = "Acme", person: str = "Jan Bos", *, by: Membership, at: datetime
) -> dict[str, int]:
    """Who asks for this deal: the parts of the addresses of the organization and its people."""
    organization = Organization.objects.named(name)
    Deal.objects.filter(pk=deal.pk).update(organization=organization)
    contact = Contact.objects.add(person, organization, "Buyer", by=by, at=at)
    contact.add_point("email", f"jan@{by.team.slug}.example", "work", by=by, at=at)
    return {
        "organization": organization.pk,
        "contact": contact.pk,
        "point": contact.points.get().pk,
        "affiliation": contact.affiliations.get().pk,
    }


def doubles(*, by: Membership, at: datetime) -> dict[str, int]:
    """The customer of `customer` and who works there once more, as parts of an address."""
    organization = Organization.objects.add("Acme B.V.", by=by, at=at)
    contact = Contact.objects.add(
        "Jan Boss", Organization.objects.get(name="Acme"), "", by=by, at=at
    )
    return {"other_organization": organization.pk, "other_contact": contact.pk}


def question(pipeline: Pipeline, *, by: Membership, at: datetime, **about: Any) -> Question:
    """What the customer of a won deal is asked."""
    Pipeline.objects.filter(pk=pipeline.pk).update(asks_customer=Asking.WON)
    pipeline.refresh_from_db()
    return won(deal(pipeline, by=by, at=at, **about), by=by, at=at).questions.get()


def many_won(pipeline: Pipeline, moments: list[datetime], *, days: int = 7) -> None:
    """One won deal for every moment, begun so many days before: history without its verbs."""
    contact, won = pipeline.first_stage(), pipeline.stages.get(category=Category.WON)
    revision = pipeline.current_revision()
    first = DealNumbering.next_for(pipeline.team, count=len(moments))
    deals = Deal.objects.bulk_create(
        Deal(
            team=pipeline.team,
            pipeline=pipeline,
            stage=won,
            number=number,
            title="Extra seats",
            outcome=won.outcome,
            opened_at=moment - timedelta(days=days),
            closed_at=moment,
            entered_stage_at=moment,
            board_rank=number,
        )
        for number, moment in enumerate(moments, start=first)
    )
    StageVisit.objects.bulk_create(
        StageVisit(
            deal=deal,
            team=pipeline.team,
            number=number,
            stage=stage,
            category=stage.category,
            revision=revision,
            entered_at=entered,
            left_at=left,
        )
        for deal in deals
        for number, stage, entered, left in (
            (1, contact, deal.opened_at, deal.entered_stage_at),
            (2, won, deal.entered_stage_at, None),
        )
    )
    StageVisit.objects.tell(deal.pk for deal in deals)
    OpenSpell.objects.tell(deals)


def measured(
    team: Team, kpi: Kpi, periods: Sequence[Period], values: Sequence[float], *, at: datetime
) -> None:
    """The figures of one KPI as they would have been measured, without the facts behind them."""
    Measurement.objects.bulk_create(
        Measurement(
            team=team,
            kpi=kpi.slug,
            kpi_version=kpi.version,
            period_kind=period.kind,
            start_on=period.first_day,
            value=value,
            n=round(value),
            is_final=True,
            revision=1,
            computed_at=at,
        )
        for period, value in zip(periods, values, strict=True)
    )


def measured_shares(
    team: Team,
    kpi: Kpi,
    periods: Sequence[Period],
    shares: Sequence[tuple[int, int]],
    *,
    at: datetime,
) -> None:
    """The same of a share: so many of so many in each period."""
    Measurement.objects.bulk_create(
        Measurement(
            team=team,
            kpi=kpi.slug,
            kpi_version=kpi.version,
            period_kind=period.kind,
            start_on=period.first_day,
            value=Decimal(above) / below,
            numerator=above,
            denominator=below,
            n=below,
            is_final=True,
            revision=1,
            computed_at=at,
        )
        for period, (above, below) in zip(periods, shares, strict=True)
    )


def procedure(
    name: str = "Friday report", *, by: Membership, at: datetime, is_on_trial: bool = False
) -> Procedure:
    """Something that the team does because it is the rule, or tries to do without."""
    made = Procedure.objects.register(name, "The board asked", Decimal(6), by=by, at=at)
    if is_on_trial:
        until = at.date() + timedelta(days=30)
        made.try_without(kpis.get("deals-won"), until, "Nobody reads it", by=by, at=at)
    return made


def signal(team: Team, *, at: datetime, slug: str = "deals-won", why: str = "Calm weeks") -> Signal:
    """A figure that has been above its normal range since week 45, and is so still."""
    baseline = Baseline.objects.create(
        team=team, kpi=slug, period_kind="week", profile="manager", first_on=date(2026, 1, 5),
        last_on=date(2026, 6, 1), reason=why, signed_at=at, centre=4, lower=0, upper=9,
        mean_range=2, n=20,
    )  # fmt: skip
    return Signal.objects.create(
        team=team, kpi=slug, period_kind="week", baseline=baseline, rule="outside", side="up",
        onset_on=date(2026, 11, 2), latest_on=date(2026, 11, 9),
    )  # fmt: skip


def intervened(
    by: ManagerLink,
    words: str = "I had the site closed",
    *,
    at: datetime,
    signal: Signal | None = None,
    reason: Reason = Reason.SAFETY,
) -> Intervention:
    """What a manager had to do all the same."""
    return Intervention.objects.record(reason, words, signal, by=by, at=at)


def stepped_in(team: Team, *, at: datetime, **more: Any) -> Intervention:
    """The same, by a manager whom the team has not had before."""
    boss = person(f"Boss {team.manager_links.count()} of {team}")
    return intervened(team.link_manager(boss, by=None, at=at), at=at, **more)


def signed(by: ManagerLink, *, at: datetime, days: int = 300) -> Agreement:
    """What a manager keeps off, signed and on the table of the team."""
    terms = Terms("", "I keep off", "It stands in the log", at.date() + timedelta(days=days))
    return Agreement.objects.sign_contract(terms, by=by, at=at)


def wanted(
    slug: str, *, by: Membership, at: datetime, why: str = "We can serve so many well"
) -> Objective:
    """Somebody proposes that the team wants at least four of this figure, from now for weeks."""
    first = Period.containing(PeriodKind.WEEK, at.date())
    last = Period.containing(PeriodKind.WEEK, at.date() + timedelta(weeks=5))
    aim = Aim(kpis.get(slug), first, last, Sense.LEAST, Decimal(4), Reference.OWN, why)
    return Objective.objects.propose(aim, by=by, at=at)


CHARTER = CharterWords(
    "Shops that never lose a customer to a dead line",
    "Shops in the harbour, up to fifty people",
    "Lines, phones and Wi-Fi, with somebody who comes by",
    "Whoever takes a call sees it through",
    "Alone: any offer. Two of us: a discount. All of us: who comes to work here",
)
FRAME = FrameWords("Nobody climbs a mast alone", "No order without an offer", "", Decimal(500))


def chartered(*, by: Membership, at: datetime, seen: int = 0, **other: str) -> CharterVersion:
    """Somebody proposes what the team says of itself."""
    words = replace(CHARTER, **other)
    return CharterVersion.objects.propose(words, "We begin", seen=seen, by=by, at=at)


def framed(by: ManagerLink, *, at: datetime, seen: int = 0, **other: Any) -> Frame:
    """A manager announces what holds ten working days later."""
    words = replace(FRAME, **other)
    return Frame.objects.announce(words, "The year begins", seen=seen, by=by, at=at)


def role(name: str = "Keeps the board", *, by: Membership, at: datetime) -> Role:
    """What somebody of the team should look after."""
    return Role.objects.begin(name, "So that we see our work", "The stages", by=by, at=at)


def nominated(
    role: Role, person: Membership, *, by: Membership, at: datetime, months: int = 6
) -> Nomination:
    """Somebody proposes somebody for a role."""
    return role.nominate(person.user, months, "They see what is stuck", by=by, at=at)


def division(
    goes: Iterable[Membership], *, by: Membership, at: datetime, name: str = "Merwede"
) -> Division:
    """A plan how the team of somebody divides, with everything that it needs."""
    plan = Division.objects.plan(by=by, at=at)
    people = [each.user for each in goes]
    plan.choose_who_goes(people, seen=plan.edition, by=by, at=at)
    plan.describe(name, "The ports", "We are many", seen=plan.edition, by=by, at=at)
    return plan


def agreed_division(
    goes: Iterable[Membership], *, by: Membership, at: datetime, name: str = "Merwede"
) -> Division:
    """A plan to divide on which all of the team have agreed."""
    plan = division(goes, by=by, at=at, name=name)
    plan.propose(seen=plan.edition, by=by, at=at)
    for each in by.team.memberships.current().exclude(pk=by.pk).select_related("user", "team"):
        plan.consent(by=each, at=at)
    return plan


def crossed(deal: Deal, plan: Division, *, at: datetime) -> None:
    """What stands in the books of a team whose customer goes, and whose deal came and went."""
    customer = Organization.objects.named("Acme")
    GoingCustomer.objects.create(team=plan.team, division=plan, organization=customer)
    way = {"team": plan.team, "deal": deal, "division": plan, "number": 1, "at": at}
    Departure.objects.create(to=plan.team, **way)
    Arrival.objects.create(
        origin=plan.team, was_done=False, was_closed=False, was_answered=False, **way
    )


def traces_of_work(deal: Deal, words: str, *, by: Membership, at: datetime) -> None:
    """What a team leaves behind that works on a deal: a row in each table of its daily work."""
    item = f"Item {words}"
    AnswerPromise.objects.make(4 * 3600, reason=words, seen=0, by=by, at=at)
    Stage.objects.filter(pk=deal.stage_id).update(checklist=[item])
    deal.stage.refresh_from_db()
    tick(deal, item, done=True, by=by, at=at)
    said(deal, channel="email", text=words, by=by, at=at)
    planned(deal, title=f"Call {words}", by=by, at=at)
    asked = {"filter": [], "sort": "-number"}
    RetentionRule.objects.agree(24, seen=0, by=by, at=at)
    SavedView.objects.add(f"View {words}", asked, own=False, by=by, at=at)
    Export.objects.ask("csv", asked, by=by, at=at)
    edit = BulkEdit.objects.ask({}, [deal], by=by, at=at)
    BulkUndo.objects.create(team=deal.team, edit=edit, person=by.user, asked_at=at)
    ours = rule(name=f"Rule {words}", by=by, at=at)
    RuleRun.objects.create(team=deal.team, rule=ours, deal=deal, visit=1, at=at)
    until = at + timedelta(days=30)
    Question.objects.create(
        deal=deal, team=deal.team, token_hash=words, asked_at=at, expires_at=until
    )


def rule(*, by: Membership, at: datetime, **wanted: Any) -> Rule:
    """A rule of the team; without more it plans a call for each new deal."""
    usual = {
        "name": "Call them",
        "trigger": "created",
        "activity_title": "Call the customer",
        "activity_kind": "call",
    }
    return Rule.objects.add({**usual, **wanted}, by=by, at=at)


def drafted(team: Team, *, at: datetime) -> Period:
    """A period whose report is a draft at this moment, of a team that has been there for months."""
    team.started_at = at - timedelta(days=100)
    team.save()
    found = (drafts.drafted(team, kind, None, at=at) for kind in PeriodKind)
    return next(period for period in found if period)


def proposed(promisor: Place, other: Place, terms: Terms, *, at: datetime) -> Agreement:
    """What the first wants to promise the other."""
    return Agreement.objects.propose(
        terms, promisors=[promisor.user], counterparties=[other.user], by=promisor, at=at
    )


def contested(by: Membership, words: str, *, at: datetime) -> Agreement:
    """A promise that was broken, as somebody says who is contradicted: a row in each table."""
    other, witness = (member(f"{name} {words}", by.team, at=at) for name in ("Kim", "Lou"))
    terms = Terms("", f"I {words}", f"seen {words}", at.date() + timedelta(days=7))
    agreement = proposed(by, other, terms, at=at)
    agreement.accept(1, by=other, at=at)
    agreement.promise().declare_done(by=by, at=at)
    agreement.promise().judge(Verdict.BROKEN, f"learn {words}", by=other, at=at)
    agreement.promise().contest(f"not {words}", witness.user, by=by, at=at)
    return agreement

"""Whatever arrives: never a broken page, nothing written of what is refused, no poisoned row.

The inputs stand in tests/bad_input.toml, the places where they arrive in tests/bad_input/places.py.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver
from django.utils import translation
from django.utils.html import conditional_escape
from pytest_django.plugin import DjangoDbBlocker
from rest_framework import serializers

from crm import forms as crm_forms
from crm.api import serializers as api
from crm.models import Contact, Deal, Organization, Source, Stage, Tag
from dashboards.models import Signal
from debates.models import Experiment, Point, Proposal, ProposalVersion, Seat
from teams.api import StrictSerializer
from teams.models import User
from tests import builders
from tests.bad_input.catalogue import Input, catalogue, meant_for, texts
from tests.bad_input.places import (
    API,
    FORMS,
    PAGES,
    SERIALIZERS,
    Place,
    World,
    kinds_of,
    own,
    vocabulary_of,
)
from tests.conftest import NOW
from tests.evidence import everything, undone

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
LISTS = ("", "board/", "deals/?outcome=all", "reading/")
COUNTS: Counter[str] = Counter()
# Longer than this, nobody looks for what was typed in the answer.
SHOWN = 2000
MANY = 60
# Every text of the catalogue once, and what a browser makes of one that is none.
ALL_THAT_ARRIVES = sorted(
    {each.text for each in texts()} | {each.wire.decode(errors="replace") for each in texts()}
)
# What is written otherwise in another language.
LOCAL = {"amount", "typed amount", "number", "day", "clock", "moment"}


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Thousands of refusals are no news."""
    caplog.set_level("CRITICAL", "django.request")
    caplog.set_level("CRITICAL", "django.security")


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One team at work for all of them; each test takes back what it did there."""
    with django_db_blocker.unblock(), transaction.atomic():
        team = builders.team("Rijnmond", at=NOW)
        anna, pipeline = builders.member("Anna", team, at=NOW), builders.pipeline(team, at=NOW)
        browser = builders.browser(anna.user)
        browser.raise_request_exception = False
        yield World(browser, anna, pipeline, list(pipeline.stages.in_order()), NOW)
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield built


def fields_of(kinds: dict) -> list[tuple[type, str]]:
    """Every field of these forms or serializers."""
    return [
        (kind, name)
        for kind in kinds
        for name in (
            kind.base_fields if issubclass(kind, forms.Form) else kind._declared_fields  # type: ignore[attr-defined]
        )
    ]


def named(case: Any) -> str:
    return case.__name__ if isinstance(case, type) else str(case)


class TestTheCatalogue:
    def test_holds_enough(self):
        names = [each.name for each in catalogue()]

        assert len(names) > 400
        assert len(set(names)) == len(names)
        assert {each.expect for each in catalogue()} == {"refused", "accepted", "either"}

    def test_nothing_is_left_out(self):
        """A new form or serializer is given its place in tests/bad_input/places.py."""
        get_resolver().url_patterns  # noqa: B018 -- importing the addresses imports all forms

        assert set(own(forms.BaseForm)) - set(FORMS) == set()
        assert set(own(StrictSerializer)) - set(SERIALIZERS) == set()

    def test_every_field_is_of_a_kind_that_has_inputs(self):
        for kind, name in fields_of(FORMS | SERIALIZERS):
            assert sum(len(meant_for(each)) for each in kinds_of(_field(kind, name))) > 25, name


def _field(kind: Any, name: str) -> Any:
    fields = kind.base_fields if issubclass(kind, forms.Form) else kind._declared_fields
    return fields[name]


# -- every input to every field, without the way there ---------------------------------------


@pytest.mark.parametrize(("kind", "name"), fields_of(FORMS), ids=named)
def test_a_field_of_a_form_takes_or_refuses_anything(world, kind, name):
    field = FORMS[kind].make(world, world.deal(), {}).fields[name]
    for language in ("en", "nl") if kinds_of(field) & LOCAL else ("en",):
        with translation.override(language):
            for text in ALL_THAT_ARRIVES:
                _taken_or_refused(field.clean, text)
    COUNTS[f"form {kind.__name__}.{name}"] += len(ALL_THAT_ARRIVES)


@pytest.mark.parametrize(("kind", "name"), fields_of(SERIALIZERS), ids=named)
def test_a_field_of_the_api_takes_or_refuses_anything(world, kind, name):
    deal = world.deal()
    context = {
        "stages": Stage.objects.beside(deal),
        "deals": Deal.objects.all(),
        "contacts": Contact.objects.all(),
        "organizations": Organization.objects.all(),
        "people": User.objects.all(),
        "signals": Signal.objects.all(),
        "points": Point.objects.all(),
        "proposals": Proposal.objects.all(),
        "versions": ProposalVersion.objects.all(),
        "experiments": Experiment.objects.all(),
        "decisions": Experiment.objects.all(),
        "seats": Seat.objects.all(),
        "fields": [world.field()],
        "tags": Tag.objects.all(),
        "sources": Source.objects.all(),
        "vocabulary": vocabulary_of(world),
    }
    field = kind(context=context).fields[name]
    odd: list[Any] = [
        None,
        True,
        False,
        [],
        {},
        [1],
        {"a": 1},
        10**4000,
        -1,
        2**63,
        Decimal("0.5"),
    ]
    for value in [*ALL_THAT_ARRIVES, *odd]:
        _taken_or_refused(field.run_validation, value)
    COUNTS[f"API {kind.__name__}.{name}"] += len(ALL_THAT_ARRIVES) + len(odd)


def _taken_or_refused(clean: Callable[[Any], Any], value: Any) -> None:
    # Any other exception would be a broken page.
    with suppress(ValidationError, serializers.ValidationError, serializers.SkipField):
        clean(value)


# -- through the door -------------------------------------------------------------------------


REACHED = [crm_forms.LoseDeal, crm_forms.PlanStep]


@pytest.mark.parametrize("kind", REACHED, ids=named)
def test_a_form_answers_anything(world, kind):
    run(world, kind, FORMS[kind], FormSender)


@pytest.mark.parametrize("kind", [api.Loss, api.Nothing], ids=named)
def test_the_api_answers_anything(world, kind):
    run(world, kind, SERIALIZERS[kind], ApiSender)


class FormSender:
    """Sends one field of a form as a browser would."""

    def __init__(self, world: World, kind: Any, place: Place) -> None:
        self.world, self.kind, self.place = world, kind, place

    def inputs(self, kinds: frozenset[str]) -> list[Input]:
        return [each for each in texts() if any(each.is_for(kind) for kind in kinds)]

    def send(self, deal: Deal, name: str, each: Input) -> HttpResponse:
        words = {**self.place.words(self.world, deal), name: each}
        sent = "&".join(f"{key}={quoted(value)}" for key, value in words.items())
        headers = {"accept-language": each.language}
        if self.place.fragment and each.expect == "refused":
            headers["hx-request"] = "true"
        address, client = self.place.address(deal), self.world.client
        if self.place.method == "get":
            return client.get(address, QUERY_STRING=sent, headers=headers)
        return client.post(address, sent, content_type=FORM, headers=headers)

    def check_refusal(self, deal: Deal, name: str, each: Input, answer: HttpResponse) -> None:
        assert answer.status_code in {400, 404, 409, 413, 422}, answer.status_code
        if answer.status_code != 422:
            return
        words = {**self.place.words(self.world, deal), name: each.text}
        assert self.place.make is not None
        with translation.override(each.language):
            form = self.place.make(self.world, deal, words)
            [message, *_] = form.errors[name]
            page = answer.content.decode()
            assert str(conditional_escape(message)) in page, "the field is not named"
        visible = not form[name].is_hidden and self.kind.__name__ != "MoveDeal"
        if visible and len(each.text) < SHOWN:
            assert str(conditional_escape(each.text)) in page, "what was typed is gone"


class ApiSender(FormSender):
    """Sends one field as a program would: as a text, or as any JSON."""

    def inputs(self, kinds: frozenset[str]) -> list[Input]:
        values = [each for each in catalogue() if "json" in each.kinds]
        return [*super().inputs(kinds - {"typed amount"}), *values]

    def send(self, deal: Deal, name: str, each: Input) -> HttpResponse:
        words = {**self.place.words(self.world, deal), name: "*"}
        value = each.wire if "json" in each.kinds or each.raw else json.dumps(each.text).encode()
        value = b'"%b"' % value if each.raw else value
        body = json.dumps(words).encode().replace(b'"*"', value)
        call = getattr(self.world.client, self.place.method)
        return call(self.place.address(deal), body, content_type=JSON)

    def check_refusal(self, deal: Deal, name: str, each: Input, answer: HttpResponse) -> None:
        assert answer.status_code in {400, 409, 413}, answer.status_code
        assert answer.headers["Content-Type"] == JSON
        named_by = set(answer.json())
        readable = not each.raw and "json" not in each.kinds
        assert named_by >= ({name} if readable and answer.status_code == 400 else set())
        assert named_by & {name, "detail"}, named_by


def quoted(value: Any) -> str:
    return quote_from_bytes(value.wire if isinstance(value, Input) else str(value).encode())


def run(world: World, kind: Any, place: Place, sender_of: type[FormSender]) -> None:
    """Send everything that is meant for the fields of this kind; tell all that goes wrong."""
    sender, faults = sender_of(world, kind, place), []
    deal = world.deal(lost=place.lost)
    for number, (_kind, name) in enumerate(fields_of({kind: place})):
        field = _field(kind, name)
        inputs = sender.inputs(kinds_of(field))
        refused = [each for each in inputs if is_refused(each, field, place)]
        others = share([each for each in inputs if each not in refused], number)
        refused = share(refused, number)
        COUNTS[f"sent to {kind.__name__}.{name}"] += len(refused) + len(others)
        faults += list(refusals(sender, deal, name, refused))
        known: set[str] = set()
        for each in others:
            faults += list(taken(sender, deal, name, each, known))
    assert not faults, "\n".join(map(str, faults[:40]))


def share(inputs: list[Input], number: int) -> list[Input]:
    """Of many, each field sends another fifth; cleaned, each has them all, see above."""
    return inputs[number % 5 :: 5] if len(inputs) > MANY else inputs


def taken(
    sender: FormSender, deal: Deal, name: str, each: Input, known: set[str]
) -> Iterator[tuple[str, str, str]]:
    """What goes wrong when this is sent, which may be taken; afterwards it is as if it was not.

    `known` are the deals that came of other inputs: the pages of one that is alike are alike.
    """
    world, place = sender.world, sender.place
    kinds = kinds_of(_field(sender.kind, name))
    try:
        with undone():
            answer = sender.send(deal, name, each)
            assert answer.status_code < 500, answer.status_code
            if answer.status_code < 400 and place.method != "get":
                made = world.newest() if place.adds else Deal.objects.get(pk=deal.pk)
                check_kept(made, name, each, place, kinds)
                if (row := as_a_row(made)) not in known:
                    known.add(row)
                    yield from poisoned(world, made, None if kinds - {"text", "id"} else len(known))
    except AssertionError as fault:
        yield name, each.name, str(fault)
        return
    if answer.status_code >= 400:
        if each.expect == "accepted" and any(map(each.is_for, kinds - {"sought"})):
            yield name, each.name, f"refused with {answer.status_code}"
        yield from refusals(sender, deal, name, [each])


def as_a_row(deal: Deal) -> str:
    """Everything that is kept of this deal itself."""
    return str(Deal.everything.filter(pk=deal.pk).values_list().get())


def is_refused(each: Input, field: Any, place: Place) -> bool:
    """Whether this input must be refused by this field."""
    if place.silent and place.method == "post":
        return each.name.startswith("not_utf8") or each.name.startswith("surrogates")
    if "sought" in kinds_of(field) and each.name.startswith("far_too_long"):
        return False
    may_be_empty = not field.required or getattr(field, "allow_blank", False)
    optional = may_be_empty and each.name.startswith("nothing")
    if "text" in kinds_of(field) and each.name.startswith("json") and is_number(each.text):
        return False  # a program may write 5 for "5"
    blank = getattr(field, "allow_null", False) and each.text in {"", "null"}
    return each.expect == "refused" and not optional and not blank


def is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and not text.startswith("0") and len(text) < 200


def refusals(
    sender: FormSender, deal: Deal, name: str, inputs: Iterable[Input]
) -> Iterator[tuple[str, str, str]]:
    """What goes wrong when these are sent, each of which must be refused."""
    before = everything()
    for each in inputs:
        try:
            answer = sender.send(deal, name, each)
            sender.check_refusal(deal, name, each, answer)
        except Exception as fault:  # noqa: BLE001 -- every fault is told, not the first alone
            yield name, each.name, f"{type(fault).__name__} {fault}"[:300]
    if everything() != before:
        yield name, "", "something was written"


def check_kept(deal: Deal, name: str, each: Input, place: Place, kinds: frozenset[str]) -> None:
    """What stands there now is what the catalogue says."""
    if each.expect != "accepted" or place.silent or not any(map(each.is_for, kinds)):
        return
    kept = getattr(deal, name)
    meant = each.becomes if each.becomes is not None else unicodedata.normalize("NFC", each.text)
    if isinstance(kept, Decimal):
        assert kept == Decimal(meant)
    else:
        assert str(kept) == meant.strip(), ascii((kept, meant))


def poisoned(world: World, deal: Deal, turn: int | None) -> Iterator[tuple[str, str, str]]:
    """The pages that do not open any more, of all; a text is shown alike, and by turns on each."""
    pages = [f"{PAGES}deals/{deal.number}/", *(PAGES + path for path in LISTS)]
    asked = [(page, language) for page in pages for language in ("en", "nl")]
    asked += [(f"{API}{path}", "en") for path in ("deals/?outcome=all", "board/")]
    for page, language in asked if turn is None else [asked[turn % len(asked)]]:
        answer = world.client.get(page, headers={"accept-language": language})
        if answer.status_code != 200:
            yield page, language, f"opens with {answer.status_code}"
        COUNTS["pages opened afterwards"] += 1


# -- whole bodies -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [kind for kind, place in SERIALIZERS.items() if place.reached], ids=named
)
def test_the_api_refuses_a_body_that_is_none(world, kind):
    place, faults, number = SERIALIZERS[kind], [], [*SERIALIZERS].index(kind)
    deal, fields = world.deal(lost=place.lost), kind._declared_fields
    address = place.address(deal)
    before = everything()
    call = getattr(world.client, place.method)
    # Where nothing is to be said, saying nothing is right.
    bodies = [each for each in catalogue() if "body" in each.kinds and (each.text or fields)]
    bodies = bodies[number % 4 :: 4]  # they are read alike for all, so each address has a fourth
    for each in bodies:
        answer = call(address, each.wire, content_type=JSON)
        if answer.status_code not in {400, 409, 413} or not isinstance(answer.json(), dict):
            faults.append((each.name, answer.status_code))
    for content_type in (
        "text/xml",
        "text/plain",
        FORM,
        "multipart/form-data; boundary=x",
        "x",
        "",
    ):
        answer = world.client.generic(place.method.upper(), address, b"{}", content_type)
        if answer.status_code not in {400, 415}:
            faults.append((content_type, answer.status_code))
    COUNTS["bodies"] += len(bodies)

    assert faults == []
    assert everything() == before


def test_zz_the_table(capsys):
    """Prints what was tried, last of this file when the order is kept (`-p no:randomly -s`)."""
    rows = sorted(COUNTS.items())
    with capsys.disabled():
        print("\n".join(["", *(f"{name:<40}{count:>8}" for name, count in rows)]))  # noqa: T201

"""How an agreement, and what is said about it, come over the wire."""

from typing import Any

from rest_framework import serializers

from agreements.forms import ACTS, FIRST, MOST_NUMBER, TERMS
from agreements.models import (
    AgreementVersion,
    Answer,
    Cadence,
    Contest,
    Fate,
    Judgement,
    Kind,
    Occurrence,
    Party,
    State,
    Terms,
    Verdict,
)
from agreements.models.terms import LONGEST
from agreements.proposing import Who
from agreements.sight import Sight, contest_of
from teams.api import StrictSerializer
from teams.api_fields import DayField, LineField, OneOf, Person

# More than a team has people; what repeats itself beyond it is not read.
MOST_OTHERS = 500

# -- what is sent to us ------------------------------------------------------------------------


class TermsDraft(StrictSerializer):
    """When what is the case, then what is done; how the other will see it; by which day.

    What comes round is due on that day for the first time, so often, until the day `ends_on`.
    """

    when = LineField(max_length=LONGEST, allow_blank=True, default="")
    then = LineField(max_length=LONGEST)
    how_seen = LineField(max_length=LONGEST)
    due_on = DayField()
    every = serializers.ChoiceField(Cadence.choices, allow_blank=True, default=Cadence.ONCE)
    ends_on = DayField(allow_null=True, default=None)

    @staticmethod
    def terms_in(sent: dict[str, Any]) -> Terms:
        return Terms(**{name: sent[name] for name in TERMS})


class AgreementDraft(TermsDraft):
    """Who promises: `mine` is me to the others, `theirs` the others to me, `ours` all to all.

    The others are named, except where the whole team promises each other.
    """

    who = serializers.ChoiceField(Who.choices)
    others = serializers.ListField(child=OneOf("people"), max_length=MOST_OTHERS, default=list)


class VersionSeen(StrictSerializer):
    """Which words were seen: the number of their version."""

    number = serializers.IntegerField(min_value=1, max_value=MOST_NUMBER)


class AgreementRefusal(VersionSeen):
    """That somebody does not agree to these words, and why."""

    why = LineField(max_length=LONGEST, allow_blank=True, default="")


class OtherTerms(TermsDraft, VersionSeen):
    """Other words than those that were seen."""


class AgreementRenewal(StrictSerializer):
    """Until when the same is promised once more."""

    due_on = DayField()


class DaySeen(StrictSerializer):
    """Which day of what comes round was seen: its number; the first where none is said."""

    day = serializers.IntegerField(min_value=1, max_value=MOST_NUMBER, default=FIRST)


class ReleaseDraft(DaySeen):
    """And whether all that would come round after it is let go as well."""

    for_good = serializers.BooleanField(default=False)


class RepairDraft(TermsDraft, DaySeen):
    """How what was broken on that day is made good."""


class VerdictDraft(DaySeen):
    """Kept or not. Of what was broken, in one line what we learn from it."""

    verdict = serializers.ChoiceField(Verdict.choices)
    words = LineField(max_length=LONGEST, allow_blank=True, default="")


class WitnessDraft(DaySeen):
    """Somebody of the team who is no party, and decides."""

    witness = OneOf("people")


class ContestDraft(WitnessDraft):
    """Why it was not broken, and who shall decide."""

    words = LineField(max_length=LONGEST)


# -- what we answer ----------------------------------------------------------------------------


class PartyFacts(serializers.ModelSerializer):
    """Somebody between whom it is, and on which side."""

    person = Person()

    class Meta:
        model = Party
        fields = ("person", "side")


class VersionFacts(serializers.ModelSerializer):
    """The words, as somebody put them once."""

    by = Person()

    class Meta:
        model = AgreementVersion
        fields = ("number", *TERMS, "proposed_on", "by")


class AgreementAnswer(serializers.ModelSerializer):
    """What a party said to one version."""

    by = Person(source="party.person")

    class Meta:
        model = Answer
        fields = ("number", "by", "says", "why", "at")


class JudgementFacts(serializers.ModelSerializer):
    """What a party said about the promise."""

    by = Person(source="party.person")

    class Meta:
        model = Judgement
        fields = ("by", "verdict", "words", "at")


class ContestFacts(serializers.ModelSerializer):
    """Why somebody says that it was not broken, whom each side named, and what was decided."""

    by = Person(source="party.person")
    named_by_promisor = Person()
    named_by_other = Person(allow_null=True)

    class Meta:
        model = Contest
        fields = (
            "by",
            "words",
            "at",
            "named_by_promisor",
            "named_by_other",
            "verdict",
            "verdict_words",
            "decided_at",
        )


class OccurrenceFacts(serializers.ModelSerializer):
    """The promise for its day. Until the day `clock_on` the next word can be said about it."""

    state = serializers.ChoiceField(Fate.choices)
    done_by = Person(allow_null=True)
    judgements = JudgementFacts(many=True)

    class Meta:
        model = Occurrence
        fields: tuple[str, ...] = (
            "number",
            "state",
            "due_on",
            "first_due_on",
            "renegotiations",
            "clock_on",
            "done_on",
            "done_by",
            "settled_at",
            "is_tacit",
            "is_automatic",
            "judgements",
        )


class Repaired(serializers.ModelSerializer):
    """Which agreement was broken, and on which of its days, by its number."""

    day = serializers.IntegerField(source="number")

    class Meta:
        model = Occurrence
        fields = ("agreement", "day", "due_on")


class AgreementFacts(serializers.Serializer):
    """An agreement, all that was said about it, and what whoever asks can do, likeliest first.

    `in_force` and `on_table` are numbers of versions; `answer_by` is the last day to answer.
    """

    id = serializers.IntegerField(source="agreement.pk")
    kind = serializers.ChoiceField(Kind.choices, source="agreement.kind")
    state = serializers.ChoiceField(State.choices, source="agreement.state")
    in_force = serializers.IntegerField(source="agreement.in_force", allow_null=True)
    on_table = serializers.IntegerField(source="agreement.on_table", allow_null=True)
    answer_by = serializers.DateField(source="agreement.answer_by", allow_null=True)
    renews = serializers.IntegerField(source="agreement.renews_id", allow_null=True)
    repairs = Repaired(source="agreement.repairs", allow_null=True)
    parties = PartyFacts(many=True)
    versions = VersionFacts(many=True, source="agreement.versions")
    answers = AgreementAnswer(many=True, source="agreement.answers")
    promise = OccurrenceFacts(allow_null=True)
    contest = ContestFacts(allow_null=True)
    acts = serializers.ListField(child=serializers.ChoiceField(list(ACTS)))

    def to_representation(self, instance: Sight) -> dict[str, Any]:
        return super().to_representation(_introduced(instance))


class DayFacts(OccurrenceFacts):
    """And what was contested about it, and by which agreements it was to be made good."""

    repairs: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    contest = ContestFacts(source="contest_of", allow_null=True, default=None)

    class Meta(OccurrenceFacts.Meta):
        fields = (*OccurrenceFacts.Meta.fields, "contest", "repairs")


class WholeAgreement(AgreementFacts):
    """And all days for which it was promised, oldest first; `promise` is the latest."""

    days = DayFacts(many=True)


class AgreementList(serializers.Serializer):
    """A page of agreements, the newest first."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = AgreementFacts(many=True)


class BothAgreements(serializers.Serializer):
    """Who came second: what was sent, and how it stands now."""

    detail = serializers.CharField()
    yours = serializers.DictField()
    theirs = WholeAgreement()


def _introduced(sight: Sight) -> Sight:
    """The same, where each word knows who said it: the parties are fetched already."""
    parties = {party.pk: party for party in sight.parties}
    people = {party.person_id: party.person for party in sight.parties}
    for version in sight.versions.values():
        version.by = people[version.by_id]
    said: list[Any] = [*sight.agreement.answers.all()]
    for day in sight.days:
        day.done_by = people.get(day.done_by_id or 0)
        said += day.judgements.all()
        if contest := contest_of(day):
            said.append(contest)
    for each in said:
        each.party = parties[each.party_id]
    return sight

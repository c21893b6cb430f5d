"""How rounds of review and feedback come over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reviews import questions
from reviews.feedback_form import deeds_open_to
from reviews.models import Feedback, Kind, Mode, State, Words
from reviews.models.box import LONGEST, SHORTEST
from reviews.models.draft import LONGEST as LONGEST_ANSWER
from reviews.models.draft import QUESTIONS
from reviews.models.feedback import LONGEST_TEXT
from reviews.sight import Sight
from teams.api import StrictSerializer
from teams.api_fields import OneOf, ParagraphsField, Person

# -- what is sent to us ------------------------------------------------------------------------


class ReviewDraft(StrictSerializer):
    """How we write, and how many working days everybody has."""

    mode = serializers.ChoiceField(Mode.choices)
    days = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST)


class ReviewWords(StrictSerializer):
    """An answer to each of the three questions, or that there is nothing to say."""

    answers = serializers.ListField(
        child=ParagraphsField(max_length=LONGEST_ANSWER, allow_blank=True),
        min_length=QUESTIONS,
        max_length=QUESTIONS,
    )
    nothing = serializers.BooleanField(default=False)

    @staticmethod
    def words(sent: dict[str, Any]) -> Words:
        return Words(tuple(sent["answers"]), nothing=sent["nothing"])


class FeedbackWording(StrictSerializer):
    """What is said, and whether an appreciation may be shown to the team."""

    text = ParagraphsField(max_length=LONGEST_TEXT)
    may_be_published = serializers.BooleanField(default=False)


class FeedbackDraft(FeedbackWording):
    """Feedback to somebody of the team."""

    receiver = OneOf("people")
    kind = serializers.ChoiceField(Kind.choices)


# -- what we send ------------------------------------------------------------------------------


class ReviewLine(serializers.Serializer):
    """A round in a list. `share` of a hundred took part; null of a team under six."""

    id = serializers.IntegerField(source="review.pk")
    mode = serializers.ChoiceField(Mode.choices, source="review.mode")
    state = serializers.ChoiceField(State.choices, source="review.state")
    until = serializers.DateField(source="review.until", allow_null=True)
    released_at = serializers.DateTimeField(source="review.released_at", allow_null=True)
    share = serializers.IntegerField(allow_null=True)


class ReviewList(serializers.Serializer):
    """A page of rounds, the newest first."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = ReviewLine(many=True)


class ColleagueFacts(serializers.Serializer):
    """Somebody to write about."""

    person = Person()
    is_said = serializers.BooleanField()


class ReviewText(serializers.Serializer):
    """A text; `name` is of who signed it, or to whom it was written."""

    text = serializers.CharField()
    name = serializers.CharField()


class ReviewGroup(serializers.Serializer):
    """A question, and the texts that stand under it, in no order."""

    question = serializers.CharField()
    texts = ReviewText(many=True)


class ReviewFacts(serializers.Serializer):
    """A round as one of the team sees it: what they wrote, and what was written to them."""

    id = serializers.IntegerField(source="pk")
    mode = serializers.ChoiceField(Mode.choices, source="review.mode")
    state = serializers.ChoiceField(State.choices, source="review.state")
    days = serializers.IntegerField(source="review.days")
    until = serializers.DateField(source="review.until", allow_null=True)
    is_extended = serializers.BooleanField(source="review.is_extended")
    why = serializers.CharField(source="review.why")
    asked = serializers.IntegerField()
    have_done = serializers.IntegerField()
    is_done = serializers.SerializerMethodField()
    colleagues = ColleagueFacts(many=True)
    outcome = serializers.CharField()
    results = ReviewGroup(many=True)
    given = ReviewGroup(many=True)

    def get_is_done(self, sight: Sight) -> bool:
        return bool(sight.seat and sight.seat.is_done)


class ReviewWordsFacts(serializers.Serializer):
    """What one has written about a colleague so far, and what is asked about them."""

    about = Person()
    questions = serializers.ListField(child=serializers.CharField())
    answers = serializers.ListField(child=serializers.CharField())
    nothing = serializers.BooleanField()

    @classmethod
    def of(cls, sight: Sight, about: Any) -> Any:
        words = sight.words.get(about.pk, Words())
        asked = questions.asked(sight.review.mode, about.name)
        facts = {"about": about, "questions": asked, **vars(words)}
        return cls(facts).data


class FeedbackFacts(serializers.ModelSerializer):
    """Feedback, for either of the two. What was not opened yet shows no text to who got it."""

    giver = Person()
    receiver = Person()
    text = serializers.SerializerMethodField()
    deeds = serializers.SerializerMethodField()

    class Meta:
        model = Feedback
        fields = (
            "id",
            "kind",
            "giver",
            "receiver",
            "text",
            "may_be_published",
            "given_at",
            "published_at",
            "deeds",
        )

    def get_text(self, feedback: Feedback) -> str:
        is_mine = feedback.giver_id == self.context["member"].user_id
        return feedback.text if is_mine or feedback.is_read else ""

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_deeds(self, feedback: Feedback) -> list[str]:
        return deeds_open_to(self.context["member"], feedback)


class AppreciationFacts(serializers.ModelSerializer):
    """An appreciation that was shown to the team."""

    giver = Person()
    receiver = Person()

    class Meta:
        model = Feedback
        fields = ("giver", "receiver", "text", "published_at")


class FeedbackList(serializers.Serializer):
    """A page of what one gave and got, the newest first, and what was shown to the team."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = FeedbackFacts(many=True)
    shown = AppreciationFacts(many=True)

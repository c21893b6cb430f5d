"""How the customer process says no."""

from django.utils.translation import gettext as _

from teams.refusals import Refusal, Stale


class DealError(Refusal):
    """The deal refuses; the message is fit to show the person who asked."""


class StaleDeal(DealError, Stale):  # noqa: N818
    """Somebody else was faster; nothing changed."""


def went_on(kind: type[Refusal]) -> Refusal:
    """What somebody is told who writes about a deal that another team looks after by now."""
    return kind(_("This deal went on in another team. Nothing was written."))


class CrossingError(Refusal):
    """A team is not divided, or no customer chosen for it; the message is fit to show."""


class FilterError(Refusal):
    """What is asked for cannot be asked; the message says why."""


class PipelineError(Refusal):
    """The pipeline refuses; the message is fit to show the person who asked."""


class StalePipeline(PipelineError, Stale):  # noqa: N818
    """Somebody else changed the process first; nothing changed."""


class VoiceError(Refusal):
    """The question to the customer refuses; the message is fit to show."""


class WorkError(Refusal):
    """What was said, planned or written down refuses; the message is fit to show."""


class StaleWork(WorkError, Stale):  # noqa: N818
    """Somebody else changed it first; nothing was written."""


class ViewError(Refusal):
    """The saved view refuses; the message is fit to show the person who asked."""


class StaleView(ViewError, Stale):  # noqa: N818
    """Somebody else was faster; nothing changed."""


class FieldError(Refusal):
    """A field of the team, or a value for it, is refused; the message is fit to show."""


class StaleField(FieldError, Stale):  # noqa: N818
    """Somebody else changed the field first; nothing changed."""


class PromiseError(Refusal):
    """The team cannot promise this; the message is fit to show."""


class StalePromise(PromiseError, Stale):  # noqa: N818
    """Somebody else changed the promise first; nothing was written."""


class CustomerError(Refusal):
    """Something about a customer is refused; the message is fit to show."""


class StaleCustomer(CustomerError, Stale):  # noqa: N818
    """Somebody else changed the customer first; nothing changed."""


class RetentionError(Refusal):
    """Nobody is anonymised, or nothing is kept for so long; the message is fit to show."""


class StaleRetention(RetentionError, Stale):  # noqa: N818
    """Somebody else was faster, or the list is another by now; nothing changed."""


class ChoiceError(Refusal):
    """Something that a team chooses from is refused; the message is fit to show."""


class StaleChoice(ChoiceError, Stale):  # noqa: N818
    """Somebody else changed it first; nothing changed."""


class RuleError(Refusal):
    """A rule of the team is refused; the message is fit to show."""


class StaleRule(RuleError, Stale):  # noqa: N818
    """Somebody else changed the rule first; nothing changed."""

"""What dividing the team means for its agreements: they stay, whoever goes."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement, Party
from agreements.models.party import Side
from teams import dividing
from teams.models import Division


@dividing.register
def agreements_stay(plan: Division) -> dividing.Part:
    """How many run, and in how many of them somebody promises who goes."""
    running = Agreement.objects.filter(team=plan.team_id).running()
    promised = Party.objects.filter(side=Side.PROMISOR, person__in=plan.who_goes())
    said = [
        ngettext(
            "%(n)d that runs stays here, with its history.",
            "%(n)d that run stay here, with their history.",
            n := running.count(),
        )
        % {"n": n}
    ]
    if theirs := running.filter(pk__in=promised.values("agreement")).count():
        about = ngettext(
            "In %(n)d of them somebody promises who goes and can then keep it no more: end it"
            " or agree anew before.",
            "In %(n)d of them somebody promises who goes and can then keep it no more: end them"
            " or agree anew before.",
            theirs,
        )
        said.append(about % {"n": theirs})
    return dividing.Part(_("Agreements"), " ".join(said))

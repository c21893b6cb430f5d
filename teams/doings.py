"""What the ground floor can find or do: the places of the team, other teams, look and language."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from teams import places, search
from teams.models import User
from teams.search import DO, Hit, Query

THEMES = (
    ("", gettext_lazy("Theme: same as the device"), "monitor"),
    ("light", gettext_lazy("Theme: light"), "sun"),
    ("dark", gettext_lazy("Theme: dark"), "moon"),
)

OWN_PAGES = (
    (gettext_lazy("Your profile"), "user-round", "profile"),
    (gettext_lazy("What Kring records"), "eye", "recorded"),
)


@search.register(DO)
def go_to(_user: User, query: Query) -> Iterator[Hit]:
    """The places of the navigation, and one's own pages."""
    for place in places.of(query.team, current=""):
        if query.fits(place.name):
            yield Hit(place.name, "", place.icon, place.url)
    for said, page in ((_("Our charter"), "charter"), (_("Roles"), "roles")):
        if query.text and query.fits(said):
            yield Hit(said, "", "users-round", reverse(page, args=[query.team.slug]))
    for name, icon, address in OWN_PAGES:
        if query.text and query.fits(str(name)):
            yield Hit(str(name), "", icon, reverse(address))


@search.register(DO)
def go_to_another_team(_user: User, query: Query) -> Iterator[Hit]:
    for team in query.teams[1:]:
        name = _("Go to team %(team)s") % {"team": team}
        if query.text and query.fits(name):
            yield Hit(name, "", "users-round", reverse("home", args=[team.slug]))


@search.register(DO)
def choose_a_look(_user: User, query: Query) -> Iterator[Hit]:
    """By the buttons that stand in the frame; nobody is asked about looks who asks nothing."""
    for key, name, icon in THEMES:
        if query.text and query.fits(str(name)):
            yield Hit(str(name), "", icon, press=("choose-theme", "theme", key))


@search.register(DO)
def choose_a_language(_user: User, query: Query) -> Iterator[Hit]:
    for code, name in settings.LANGUAGES:
        with override(code):
            own_name = str(name)
        said = _("Language: %(name)s") % {"name": name}
        if query.text and query.fits(f"{said} {own_name}"):
            yield Hit(said, "", "languages", press=("choose-language", "language", code))

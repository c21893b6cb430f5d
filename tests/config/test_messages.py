"""The texts and their translations: collected, complete, and the same in every placeholder."""

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from config import catalogue
from config.catalogue import CatalogueError, Text

PYTHON = """
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext, pgettext as in_context

LATER = gettext_lazy("A label")
print(_("Good %(time)s") % {"time": 1}, other("Not a text"), ngettext("One", "Many", 2))
print(in_context("of a door", "Close"), npgettext("of a door", "a lock", "locks", 2))
print(translated.elsewhere("no text either"))
"""
TEMPLATE = """{% load i18n %}
<p class="it's">{% translate "A title" as title %}{{ _("In brackets")|upper }}</p>
{% blocktranslate trimmed with name=user.name %}
    Hello {{ name }},
    welcome
{% endblocktranslate %}
{% blocktranslate count n=count trimmed %}
    {{ n }} deal
{% plural %}
    {{ n }} deals
{% endblocktranslate %}
{% translate "Open" context "of a door" %}
{% comment %}{% translate "Never shown" %}{% endcomment %}
"""


def test_every_text_has_a_good_translation():
    """What `manage.py messages --check` says, which names each text that is not in order."""
    call_command("messages", "--check")


def test_what_is_filled_in_stands_in_every_translation():
    language = load()
    for message in language:
        if not message.id:
            continue
        texts, translations = forms(message.id), forms(message.string)
        wanted = catalogue.placeholders(texts[-1])
        assert catalogue.placeholders(translations[-1]) == wanted, message.id
        for translation in translations:
            assert catalogue.placeholders(translation) <= wanted, message.id


def load():
    path = settings.BASE_DIR / "config/locale/nl/LC_MESSAGES/django.po"
    return catalogue.load(path, "nl")


def forms(string) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


@pytest.mark.parametrize(
    "word", ["SPC", "sigma", "special cause", "process behaviour", "regelkaart"]
)
def test_the_words_of_the_trade_are_not_used(word):
    used = [
        text
        for message in load()
        for text in [*forms(message.id), *forms(message.string)]
        if word.lower() in text.lower()
    ]

    assert used == []


def test_the_pages_speak_dutch(anna):
    client = Client(headers={"accept-language": "nl"})

    assert "Inloggen" in client.get("/accounts/login/").content.decode()
    client.force_login(anna.user)
    assert "Vandaag" in client.get("/teams/rijnmond/").content.decode()


class TestCollecting:
    def test_finds_the_texts_of_a_module_under_whatever_name(self):
        found = list(catalogue.of_python(PYTHON, "teams/x.py"))

        assert sorted((text.context, text.singular, text.plural) for text in found) == [
            ("", "A label", ""),
            ("", "Good %(time)s", ""),
            ("", "One", "Many"),
            ("of a door", "Close", ""),
            ("of a door", "a lock", "locks"),
        ]

    def test_finds_the_texts_of_a_template(self):
        found = list(catalogue.of_template(TEMPLATE, "templates/x.html"))

        assert [(text.context, text.singular, text.plural) for text in found] == [
            ("", "A title", ""),
            ("", "In brackets", ""),
            ("", "Hello %(name)s, welcome", ""),
            ("", "%(n)s deal", "%(n)s deals"),
            ("of a door", "Open", ""),
        ]

    @pytest.mark.parametrize("argument", ["name", 'f"Hello {name}"', '"a" + "b"', "", '""'])
    def test_refuses_what_is_put_together_at_run_time(self, argument):
        source = f"from django.utils.translation import gettext as _\n\n_({argument})\n"

        with pytest.raises(CatalogueError, match=r"teams/x\.py:3: only a literal text"):
            list(catalogue.of_python(source, "teams/x.py"))

    def test_looks_everywhere_but_in_migrations(self, tmp_path):
        for path, text in {
            "teams/models/a.py": "One",
            "crm/migrations/0001_first.py": "Two",
            "other/b.py": "Three",
        }.items():
            (tmp_path / path).parent.mkdir(parents=True)
            source = f'from django.utils.translation import gettext\n\ngettext("{text}")\n'
            (tmp_path / path).write_text(source)
        for name in ("a.html", "mail.txt", "picture.svg"):
            (tmp_path / "templates").mkdir(exist_ok=True)
            text = f"{{% load i18n %}}{{% translate '{name}' %}}"
            (tmp_path / "templates" / name).write_text(text)

        found = {text.singular for text in catalogue.collect(tmp_path)}

        assert found == {"One", "a.html", "mail.txt"}


OPEN = Text("a.html", "", "Open %(what)s")
DAYS = Text("a.html", "", "%(n)s day", "%(n)s days")
DOOR = Text("b.py", "of a door", "Open")


def translated(*pairs: tuple[Text, str | tuple[str, str] | None]):
    """A catalogue of these texts and translations."""
    found = catalogue.merge([text for text, _ in pairs], catalogue.load(Path("none"), "nl"))
    for text, string in pairs:
        found.get(text.id, context=text.context or None).string = string
    return found


class TestChecking:
    def test_a_full_catalogue_has_no_faults(self):
        full = translated(
            (OPEN, "Open %(what)s"), (DAYS, ("een dag", "%(n)s dagen")), (DOOR, "Open")
        )

        assert catalogue.faults([OPEN, DAYS, DOOR], full) == []

    @pytest.mark.parametrize(
        ("text", "string", "fault"),
        [
            (OPEN, "", "untranslated"),
            (OPEN, "Open", "placeholders differ"),
            (OPEN, "Open %(wat)s", "placeholders differ"),
            (OPEN, "Open %(what)s, 100 %%", "placeholders differ"),
            (DAYS, ("%(n)s dag", ""), "untranslated"),
            (DAYS, ("%(n)s dag",), "untranslated"),
            (DAYS, ("%(m)s dag", "%(n)s dagen"), "placeholders differ"),
            (DAYS, ("%(n)s dag", "dagen"), "placeholders differ"),
        ],
    )
    def test_a_fault_is_named_with_its_place(self, text, string, fault):
        found = catalogue.faults([text], translated((text, string)))

        assert found == [f"a.html: {fault}: {text.singular!r}"]

    def test_a_guess_is_no_translation(self):
        guessed = translated((DOOR, "Open"))
        guessed.get("Open", context="of a door").flags.add("fuzzy")

        assert catalogue.faults([DOOR], guessed) == ["b.py: fuzzy: 'Open'"]

    def test_a_text_that_was_never_collected_is_missing(self):
        assert catalogue.faults([DOOR], translated()) == ["b.py: missing: 'Open'"]

    def test_a_text_that_is_no_longer_used_is_left_over(self):
        assert catalogue.faults([], translated((DOOR, "Open"))) == ["no longer used: 'Open'"]


class TestKeepingUpToDate:
    def test_translations_stay_and_what_is_gone_goes(self):
        old = translated((OPEN, "Open %(what)s"), (DOOR, "Open"))

        fresh = catalogue.merge([DOOR, DAYS], old)

        assert fresh.get("Open", context="of a door").string == "Open"
        assert not any(fresh.get(DAYS.id).string)
        assert fresh.get(OPEN.id) is None

    def test_a_guess_is_not_taken_over(self):
        old = translated((DOOR, "Open"))
        old.get("Open", context="of a door").flags.add("fuzzy")

        fresh = catalogue.merge([DOOR], old)

        assert not fresh.get("Open", context="of a door").string
        assert not fresh.get("Open", context="of a door").fuzzy

    def test_a_text_that_begins_to_count_is_translated_anew(self):
        old = translated((Text("a.html", "", "%(n)s day"), "%(n)s dag"))

        fresh = catalogue.merge([DAYS], old)

        assert catalogue.faults([DAYS], fresh) == ["a.html: untranslated: '%(n)s day'"]

    def test_the_file_says_the_same_whatever_the_order_of_finding(self, tmp_path):
        one, other = tmp_path / "one.po", tmp_path / "other.po"
        empty = catalogue.load(tmp_path / "none", "nl")

        catalogue.save(catalogue.merge([DOOR, DAYS], empty), one)
        catalogue.save(catalogue.merge([DAYS, DOOR], empty), other)

        assert one.read_text() == other.read_text()


class TestTheCommand:
    @pytest.fixture
    def house(self, tmp_path, settings) -> Path:
        """A small house with one text in it."""
        settings.BASE_DIR = tmp_path
        settings.LOCALE_PATHS = [tmp_path / "locale"]
        (tmp_path / "teams").mkdir()
        source = 'from django.utils.translation import gettext\n\ngettext("Good morning")\n'
        (tmp_path / "teams" / "a.py").write_text(source)
        return tmp_path / "locale" / "nl" / "LC_MESSAGES"

    def test_collects(self, house, capsys):
        call_command("messages")

        assert capsys.readouterr().out == "nl: 1 texts, 1 to translate.\n"
        assert 'msgid "Good morning"' in (house / "django.po").read_text()

    def test_names_what_is_missing_and_fails(self, house, capsys):
        call_command("messages")
        capsys.readouterr()

        with pytest.raises(CommandError, match="nl: 1 texts are not in order"):
            call_command("messages", "--check")

        assert capsys.readouterr().err == "nl: teams/a.py: untranslated: 'Good morning'\n"

    def test_compiles_what_is_translated(self, house):
        call_command("messages")
        source = (house / "django.po").read_text()
        (house / "django.po").write_text(
            source.replace('"Good morning"\nmsgstr ""', '"Good morning"\nmsgstr "Goedemorgen"')
        )

        call_command("messages", "--check", "--compile")

        with (house / "django.mo").open("rb") as file:
            assert read_mo(file).get("Good morning").string == "Goedemorgen"
        assert {path.name for path in house.glob("django.mo*")} == {"django.mo"}

"""The shape of the house: who may know whom, where things live, what a template may say."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.urls import URLResolver, get_resolver
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(settings.BASE_DIR)
# From the ground up; siblings stand on one floor and do not know each other.
FLOORS = (("teams",), ("dashboards",), ("crm", "agreements"), ("debates", "reviews"), ("config",))
APPS = tuple(app for floor in FLOORS for app in floor)
HTMX = {"hx-get", "hx-post", "hx-target", "hx-swap", "hx-trigger"}
SWAPS = {"outerMorph", "outerHTML", "beforeend"}


def modules(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders or APPS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path) -> Iterator[str]:
    """The modules that a module imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


class TestImports:
    def test_the_floors_and_the_order_within_an_app_hold(self, monkeypatch):
        monkeypatch.chdir(ROOT)
        # It would silence every logger there is, for all tests that come after it.
        monkeypatch.setattr("importlinter.cli._configure_logging", lambda verbose: None)

        assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS, "run lint-imports to see why"

    def test_the_contracts_know_these_floors(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        contracts = project["tool"]["importlinter"]["contracts"]

        floors = next(each for each in contracts if "containers" not in each and "layers" in each)

        expected = [set(floor) for floor in reversed(FLOORS)]
        assert [set(re.split(r" \| ", layer)) for layer in floors["layers"]] == expected

    def test_rules_do_not_know_the_web(self):
        web = ("django.http", "django.shortcuts", "django.views", "django.urls", "django.forms")
        rules = [path for path in modules() if path.relative_to(ROOT).parts[1] == "models"]

        found = {
            named(path): names
            for path in rules
            if (names := [name for name in imports(path) if name.startswith(web)])
        }

        assert len(rules) > 15
        assert found == {}

    def test_the_product_does_not_know_its_tests(self):
        tools = ("tests", "django.test", "pytest", "playwright")

        for path in modules():
            assert [name for name in imports(path) if name.startswith(tools)] == [], named(path)

    def test_there_is_something_to_look_at(self):
        assert len(modules()) > 100
        assert len(templates()) > 40


class TestNames:
    def test_there_is_no_drawer_for_what_has_no_place(self):
        drawers = {"services", "utils", "helpers", "common", "misc", "util", "helper"}

        found = [named(path) for path in modules() if drawers & {path.stem, path.parent.name}]

        assert found == []

    def test_nothing_is_left_for_later(self):
        later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
        places = [*modules(), *templates(), *(ROOT / "config/static").rglob("*.[cj]s*")]

        found = [
            named(path)
            for path in places
            if "vendor" not in path.parts and later.search(path.read_text())
        ]

        assert found == []

    def test_work_of_later_is_a_row_and_not_a_message(self):
        """A message with a time is given out again and again once the broker takes it for lost."""
        late = {"eta", "countdown"}

        for path in modules():
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.keyword):
                    assert node.arg not in late, named(path)

    def test_only_migrating_and_copying_speak_to_the_database_as_the_owner(self):
        allowed = {
            "config/backup.py",
            "config/management/commands/demo.py",
            "config/rights.py",
            "config/routers.py",
            "config/settings.py",
            "config/management/commands/migrate.py",
        }

        found = {
            named(path)
            for path in modules()
            for node in ast.walk(tree(path))
            if (
                isinstance(node, ast.Call)
                and any(is_text(argument, "owner") for argument in node.args)
                and "using" in ast.unparse(node.func)
            )
            or (
                isinstance(node, ast.Subscript)
                and "connections" in ast.unparse(node.value)
                and is_text(node.slice, "owner")
            )
        }

        assert found <= allowed


def is_text(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


class TestTheDatabase:
    def own_models(self) -> list[type[models.Model]]:
        return [model for model in apps.get_models() if model._meta.app_label in APPS]

    def test_every_promise_has_a_name_that_is_a_rule(self):
        names = [
            constraint.name for model in self.own_models() for constraint in model._meta.constraints
        ]

        assert len(names) > 20
        assert len(set(names)) == len(names)
        for name in names:
            assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name), name

    def test_promises_are_not_hidden_in_older_ways(self):
        for model in self.own_models():
            assert not model._meta.unique_together, model
            assert not model._meta.ordering, f"{model}: an order is asked for, never implied"

    @pytest.mark.django_db(databases=["default", "owner"])
    def test_migrations_are_up_to_date(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


class TestTemplates:
    def each(self, pattern: str) -> dict[str, list[str]]:
        """What of this pattern stands in the templates, comments left out."""
        return {
            named(path): found
            for path in templates()
            if (found := re.findall(pattern, without_comments(path.read_text()), re.IGNORECASE))
        }

    def test_nothing_is_inline(self):
        assert self.each(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:") == {}
        assert self.each(r"<script(?![^>]* src=)") == {}
        assert self.each(r"<script[^>]* src=") != {}

    def test_htmx_is_spoken_in_few_words(self):
        words = {word for found in self.each(r"\s(hx-[a-z:-]+)").values() for word in found}
        swaps = {swap for found in self.each(r'hx-swap="(\S+?)[" ]').values() for swap in found}

        assert words <= HTMX
        assert swaps <= SWAPS
        assert self.each(r'hx-trigger="[^"]*\[') == {}
        assert self.each(r'="js:') == {}

    def test_no_page_names_an_address_of_a_floor_above_its_own(self):
        owners = owners_of_addresses()
        named_in = self.each(r"{%\s*url\s+['\"]([^'\"]+)['\"]")

        assert named_in
        for template, names in named_in.items():
            for name in names:
                app = owners[name]
                assert app not in APPS or knows(template, app), f"{template} names {name}"

    def test_what_is_typed_is_never_taken_for_markup(self):
        # Django's own help for passwords is a list; nobody types it.
        assert self.each(r"(?<!help_text)\|\s*safe\b|autoescape off") == {}


def without_comments(text: str) -> str:
    text = re.sub(r"{#.*?#}", "", text)
    return re.sub(r"{%\s*comment.*?endcomment\s*%}", "", text, flags=re.DOTALL)


def height(app: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if app in floor)


def knows(template: str, app: str) -> bool:
    """Whether this template may name pages of the app: its own, or one on a floor below.

    What all apps share stands on the ground; the administrator's desk is laid by config.
    """
    folder = template.split("/")[1]
    own = {"admin": "config"}.get(folder, folder if folder in APPS else "teams")
    return app == own or height(app) < height(own)


def owners_of_addresses() -> dict[str, str]:
    """Which app each named address belongs to."""
    found: dict[str, str] = {}

    def walk(resolver: URLResolver, space: str) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            elif pattern.name:
                found[f"{space}{pattern.name}"] = pattern.callback.__module__.split(".")[0]

    walk(get_resolver(), "")
    return found

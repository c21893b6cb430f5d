"""People: one person per address, written in one way, with a name that can be read."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from teams.models import User
from tests import builders


def test_an_address_is_kept_in_small_letters(db):
    person = User.objects.create_user(" Anna@Example.COM ", "Anna\tde  Boer")

    assert (person.email, person.name) == ("anna@example.com", "Anna de Boer")
    assert User.objects.get_by_natural_key("ANNA@example.com") == person


def test_without_a_password_nobody_signs_in(db):
    assert not builders.person("Anna").has_usable_password()


def test_an_administrator_is_made_with_all_rights_of_the_desk(db):
    person = User.objects.create_superuser("ada@example.com", "Ada", "a long enough secret")

    assert (person.is_staff, person.is_superuser) == (True, True)
    assert person.check_password("a long enough secret")


def test_nobody_is_found_by_no_address(db):
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)


def test_people_come_by_name_and_can_be_kept_out(db):
    bram, anna, gone = (builders.person(name) for name in ("Bram", "Anna", "Gerda"))
    User.objects.filter(pk=gone.pk).update(is_active=False)

    assert list(User.objects.by_name()) == [anna, bram, gone]
    assert list(User.objects.active().by_name()) == [anna, bram]


def test_a_person_is_called_by_name(db):
    person = builders.person("Anna de Boer")

    assert (str(person), person.get_short_name()) == ("Anna de Boer", "Anna")


class TestWhatTheDatabaseKeeps:
    @pytest.mark.parametrize(
        ("email", "name", "constraint"),
        [
            ("anna@example.com", "Another Anna", "one_person_per_address"),
            ("Anna@example.com", "Another Anna", "address_is_in_small_letters"),
            ("bram@example.com", "", "person_has_a_name"),
        ],
    )
    def test_refuses_by_name(self, db, email, name, constraint):
        builders.person("Anna")

        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            User.objects.create(email=email, name=name)


class TestWhatAFormKeeps:
    def test_address_and_name_are_written_in_the_one_way(self, db):
        person = User(email="Anna@Example.com", name=" Anna\u200b  de Boer", password="x")

        person.full_clean()

        assert (person.email, person.name) == ("anna@example.com", "Anna de Boer")

    def test_a_name_that_nobody_can_read_is_refused(self, db):
        person = User(email="anna@example.com", name="\u2060\u200b", password="x")

        with pytest.raises(ValidationError) as refusal:
            person.full_clean()

        assert refusal.value.message_dict == {"name": ["Give a name that can be read."]}

    def test_an_address_that_is_taken_is_refused_in_words(self, db):
        builders.person("Anna")

        with pytest.raises(ValidationError) as refusal:
            User(email="ANNA@example.com", name="Anna", password="x").full_clean()

        assert refusal.value.messages == ["There is already somebody with this address."]

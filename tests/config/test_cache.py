"""Under what name the cache keeps a thing."""

from config.cache import sealed_key


def test_a_name_does_not_say_what_it_stands_for():
    key = "allauth:rl:login:ip:192.0.2.7"

    sealed = sealed_key(key, "", 1)

    assert "192.0.2.7" not in sealed
    assert len(sealed) == 64


def test_a_thing_has_one_name_and_each_thing_its_own():
    names = {sealed_key("a", "", 1), sealed_key("b", "", 1), sealed_key("a", "x", 1)}

    assert sealed_key("a", "", 1) in names
    assert sealed_key("a", "", 2) not in names
    assert len(names) == 3


def test_without_the_secret_of_the_site_the_name_cannot_be_made(settings):
    ours = sealed_key("a", "", 1)

    settings.SECRET_KEY = "another site"

    assert sealed_key("a", "", 1) != ours

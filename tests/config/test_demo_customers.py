"""The customers of the demo can be reached, and nobody who lives can be reached by it."""

import pytest

from config.demo.customers import customers, plain
from config.demo.teams import CASTS
from crm.models import ContactPoint, Organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.name)
def test_everybody_has_an_address_that_belongs_to_nobody(cast):
    pairs = customers(cast)

    mails = ContactPoint.objects.filter(kind="email", is_primary=True)
    assert mails.filter(value__endswith=".example").count() == len(pairs)
    assert not Organization.objects.exclude(website__endswith=".example").exists()
    assert not Organization.objects.filter(street="").exists()
    phones = ContactPoint.objects.filter(kind="phone")
    assert 0.6 < phones.count() / len(pairs) < 0.8
    assert not phones.exclude(value_key__startswith="+316555").exists()


def test_a_name_stands_in_an_address_without_accents():
    assert plain("Zoë Yıldız") == "zoe yildiz"

"""The customers of the demo: where they are, who works there, and how to reach them.

Nobody lives there: mail and web addresses stand under `.example`, which belongs to nobody (RFC
2606), and streets, numbers and telephones are made up.
"""

from random import Random
from unicodedata import combining, normalize

from django.utils.text import slugify

from config.demo import words
from config.demo.rhythm import luck
from config.demo.teams import Cast, Customer
from crm.models import Affiliation, Contact, ContactPoint, Organization
from crm.models.contact import point_as_kept
from crm.models.naming import name_key

LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"


def customers(cast: Cast) -> list[tuple[Organization, Contact]]:
    """Write down the customers of a team, each with the person to call there.

    One that another team serves already is the same customer, with somebody else to call.
    """
    wanted, lot = cast.all_customers(), luck(cast.name, "addresses")
    drawn = [_organization(one, lot) for one in wanted]
    known = {
        one.name: one for one in Organization.objects.filter(name__in=[one.name for one in drawn])
    }
    Organization.objects.bulk_create(one for one in drawn if one.name not in known)
    organizations = [known.get(one.name, one) for one in drawn]
    _write_down_twice(organizations[0])
    chance = luck(cast.name, "contacts")
    contacts = Contact.objects.bulk_create(
        Contact(name=f"{chance.choice(words.FIRST_NAMES)} {chance.choice(words.FAMILIES)}")
        for _ in wanted
    )
    pairs = list(zip(organizations, contacts, strict=True))
    Affiliation.objects.bulk_create(
        Affiliation(organization=organization, contact=contact, role=chance.choice(words.ROLES))
        for organization, contact in pairs
    )
    ContactPoint.objects.bulk_create(
        point for organization, contact in pairs for point in _points(organization, contact, lot)
    )
    return pairs


def _write_down_twice(organization: Organization) -> None:
    """Somebody did not look first: the same customer once more, with its legal form."""
    name = f"{organization.name} B.V."
    same = {fact: getattr(organization, fact) for fact in ("street", "location", "website")}
    Organization.objects.get_or_create(name_key=name_key(name), defaults={"name": name, **same})


def plain(name: str) -> str:
    """A name in small letters without accents, as it stands in an address."""
    letters = normalize("NFKD", name.lower().replace("ı", "i"))
    return "".join(letter for letter in letters if not combining(letter))


def _organization(one: Customer, lot: Random) -> Organization:
    code = f"{lot.randint(1000, 9999)} {lot.choice(LETTERS)}{lot.choice(LETTERS)}"
    return Organization(
        name=one.name,
        name_key=name_key(one.name),
        sector=one.sector,
        location=one.place,
        street=f"{lot.choice(words.STREETS)} {lot.randint(1, 180)}",
        postal_code=code,
        country="Netherlands",
        phone=f"+31 85 555 {lot.randint(100, 9999):04}",
        website=f"https://{_domain(one.name)}",
    )


def _domain(name: str) -> str:
    return f"{slugify(plain(name))}.example"


def _points(organization: Organization, contact: Contact, lot: Random) -> list[ContactPoint]:
    kinds, labels = ContactPoint.Kind, ContactPoint.Label
    address = f"{slugify(plain(contact.name))}@{_domain(organization.name)}"
    found = [_point(contact, kinds.EMAIL, address, labels.WORK)]
    # Not everybody gave a number.
    if lot.random() < words.SHARE_WITH_A_PHONE:
        number = f"+31 6 555 {lot.randint(0, 99999):05}"
        found.append(_point(contact, kinds.PHONE, number, labels.MOBILE))
    return found


def _point(contact: Contact, kind: str, value: str, label: str) -> ContactPoint:
    value, key = point_as_kept(kind, value)
    return ContactPoint(
        contact=contact, kind=kind, value=value, value_key=key, label=label, is_primary=True
    )

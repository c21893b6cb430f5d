"""Invitations by mail: a place that is kept, a link that works once, a cell of fifty."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from teams.inviting import invite
from teams.models import Invitation, LogEntry, Membership, OutgoingMail, TeamError, User
from teams.models.invitation import LASTS, MOST_A_DAY, hashed
from teams.tasks import do_all
from tests import builders
from tests.evidence import everything
from tests.racing import at_once

PEOPLE = "/teams/rijnmond/people/"
PASSWORD = "wind over het water"
LINK = re.compile(r"http\S+(/invitations/\S+/)")


@pytest.fixture
def today():
    """The moment in which pages live."""
    return timezone.now()


@pytest.fixture
def invitation(anna, today):
    return invite("dora@example.com", "Dora", by=anna, at=today)


@pytest.fixture
def link(invitation):
    return f"/invitations/{invitation.token}/"


def fill(team, places, at):
    """Let so many places of the team be taken."""
    people = User.objects.bulk_create(
        User(email=f"{n}@example.com", name=f"Person {n}") for n in range(places)
    )
    Membership.objects.bulk_create(
        Membership(team=team, user=person, since_at=at) for person in people
    )


class TestAMember:
    def test_invites_by_mail(self, annas, team):
        answer = annas.post(PEOPLE, {"name": " Dora  Dik ", "email": "Dora@Example.com"})

        invitation = team.invitations.get()
        assert answer.url == PEOPLE
        assert (invitation.name, invitation.email) == ("Dora Dik", "dora@example.com")
        assert invitation.expires_at - invitation.invited_at == timedelta(days=14)
        assert OutgoingMail.objects.get().recipient == "dora@example.com"
        assert "An invitation is on its way to Dora@Example.com" in page_of(annas)

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("email", "", "This field is required."),
            ("email", "dora", "Enter a valid email address."),
            ("email", "d" * 250 + "@example.com", "at most 254 characters"),
            ("email", "anna@example.com", "Anna has a place here already."),
            ("email", "Mia@example.com", "Mia has a place here already."),
            ("name", "\u200b", "This field is required."),
            ("name", "n" * 121, "at most 120 characters"),
            ("name", "a\0b", "Leave out the characters that cannot be read."),
        ],
    )
    def test_is_told_beside_the_field_what_is_wrong(self, annas, mia, field, typed, said):
        before = everything()
        typed_in = {"name": "Dora Dik", "email": "dora@example.com"} | {field: typed}

        page = annas.post(PEOPLE, typed_in)

        assert page.status_code == 422
        assert said in str(page.context["form"][field].errors)
        kept = next(text for name, text in typed_in.items() if name != field)
        assert f'value="{kept}"' in page.content.decode()
        assert everything() == before

    def test_sees_who_is_invited_and_until_when(self, annas, invitation):
        page = page_of(annas)

        assert "dora@example.com" in page
        assert "open until" in page

    def test_withdraws(self, annas, invitation, link):
        annas.post(f"{PEOPLE}invitations/{invitation.pk}/withdrawal/")

        assert "dora@example.com is withdrawn" in page_of(annas)
        assert "withdrawn" in Client().get(link).content.decode()

    def test_withdraws_once(self, annas, invitation):
        annas.post(f"{PEOPLE}invitations/{invitation.pk}/withdrawal/")
        annas.post(f"{PEOPLE}invitations/{invitation.pk}/withdrawal/")

        assert LogEntry.objects.filter(kind="teams.invitation.withdrawn").count() == 1

    def test_sends_again_and_only_the_new_link_opens(self, annas, invitation, link):
        annas.post(f"{PEOPLE}invitations/{invitation.pk}/again/")

        fresh = LINK.search(OutgoingMail.objects.latest("pk").text)[1]
        assert fresh != link
        assert Client().get(link).status_code == 404
        assert Client().get(fresh).status_code == 200

    def test_sends_again_what_has_expired(self, annas, anna, today):
        old = invite("dora@example.com", "Dora", by=anna, at=today - timedelta(days=20))
        assert "expired" in page_of(annas)

        annas.post(f"{PEOPLE}invitations/{old.pk}/again/")

        assert "open until" in page_of(annas)

    def test_cannot_send_again_what_was_answered(self, annas, anna, invitation, today):
        invitation.withdraw(by=anna, at=today)
        before = everything()

        annas.post(f"{PEOPLE}invitations/{invitation.pk}/again/")

        assert everything() == before

    def test_invites_an_address_once(self, annas, invitation):
        page = annas.post(PEOPLE, {"name": "Dora", "email": "DORA@example.com"})

        assert page.status_code == 422
        assert "invited already" in str(page.context["form"].errors)

    def test_invites_anew_who_did_not_answer_in_time(self, anna, team, today):
        invite("dora@example.com", "Dora", by=anna, at=today - timedelta(days=20))
        invite("dora@example.com", "Dora", by=anna, at=today)

        assert team.invitations.unanswered().count() == 1

    def test_cannot_pour_out_mail(self, anna, bram, today):
        for n in range(MOST_A_DAY):
            one = Invitation.objects.invite(f"n{n}@example.com", "N", by=anna, at=today)
            one.withdraw(by=anna, at=today)

        with pytest.raises(TeamError, match="Go on tomorrow"):
            invite("dora@example.com", "Dora", by=bram, at=today + timedelta(hours=23))
        with pytest.raises(TeamError, match="Go on tomorrow"):
            one.send_again(by=bram, at=today + timedelta(hours=23))
        invite("dora@example.com", "Dora", by=bram, at=today + timedelta(hours=25))


def page_of(client):
    return client.get(PEOPLE).content.decode()


class TestAManager:
    def test_reads_who_belongs_to_the_team_and_no_address(self, mias, anna, invitation):
        page = page_of(mias)

        assert "Anna" in page
        assert "Mia" in page
        assert "@example.com" not in page.partition("<main")[2].partition("</main>")[0]
        assert "Dora" not in page

    def test_invites_nobody(self, mias, invitation):
        before = everything()

        assert mias.post(PEOPLE, {"name": "E", "email": "e@example.com"}).status_code == 404
        for verb in ("again", "withdrawal"):
            found = mias.post(f"{PEOPLE}invitations/{invitation.pk}/{verb}/")
            assert found.status_code == 404
        assert everything() == before


class TestTheMail:
    @pytest.mark.django_db(transaction=True)
    def test_leaves_by_the_outbox_as_text_and_html(self, invitation, link, today):
        do_all()

        [sent] = mail.outbox
        [(html, kind)] = sent.alternatives
        assert sent.to == ["dora@example.com"]
        assert sent.subject == "Anna invites you to team Rijnmond"
        assert link in sent.body
        assert kind == "text/html"
        assert link in html
        assert invitation.token not in OutgoingMail.objects.get().text

    def test_speaks_the_language_of_who_invites(self, annas, anna):
        annas.post("/i18n/setlang/", {"language": "nl"})
        annas.post(PEOPLE, {"name": "Dora", "email": "dora@example.com"})

        posted = OutgoingMail.objects.get()
        assert posted.subject == "Anna nodigt je uit voor team Rijnmond"
        assert 'lang="nl"' in posted.html

    def test_says_names_in_html_as_text(self, anna, today):
        invite("dora@example.com", "<b>Dora</b>", by=anna, at=today)

        assert "&lt;b&gt;Dora" in OutgoingMail.objects.get().html

    def test_holds_the_only_copy_of_the_secret(self, invitation):
        kept = Invitation.objects.values().get()

        assert kept["token_hash"] == hashed(invitation.token)
        assert invitation.token not in str(kept)
        assert not LogEntry.objects.filter(details__icontains=invitation.token).exists()
        assert not LogEntry.objects.filter(details__icontains="dora").exists()


class TestSomebodyNew:
    def test_comes_in_with_a_name_and_a_password(self, client, link, team):
        answer = client.post(link, {"name": "Dora Dik", "password": PASSWORD})

        dora = User.objects.get(email="dora@example.com")
        assert answer.url == "/teams/rijnmond/"
        assert get_user(client) == dora
        assert dora.name == "Dora Dik"
        assert dora.check_password(PASSWORD)
        assert team.memberships.current().filter(user=dora).exists()

    def test_sees_who_invites_and_the_name_filled_in(self, client, link):
        page = client.get(link).content.decode()

        assert "Anna invites you to team Rijnmond" in " ".join(page.split())
        assert 'value="Dora"' in page

    def test_goes_on_in_the_language_of_the_page(self, client, link):
        client.post("/i18n/setlang/", {"language": "nl"})
        client.post(link, {"name": "Dora Dik", "password": PASSWORD})

        assert User.objects.get(email="dora@example.com").language == "nl"

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("name", "", "This field is required."),
            ("name", "n" * 121, "at most 120 characters"),
            ("password", "", "This field is required."),
            ("password", "too short", "at least 12 characters"),
            ("password", "dora@example.com", "too similar"),
            ("password", "p" * 201, "at most 200 characters"),
            ("password", "1234567890123", "too common"),
        ],
    )
    def test_is_told_beside_the_field_what_is_wrong(self, client, link, field, typed, said):
        before = everything()

        page = client.post(link, {"name": "Dora Dik", "password": PASSWORD, field: typed})

        assert page.status_code == 422
        assert said in str(page.context["form"][field].errors)
        assert PASSWORD not in page.content.decode()
        assert everything() == before

    def test_comes_in_once(self, client, link):
        client.post(link, {"name": "Dora Dik", "password": PASSWORD})
        second = Client()

        again = second.post(link, {"name": "Eva", "password": PASSWORD})

        assert again.status_code == 410
        assert "used already" in again.content.decode()
        assert not get_user(second).is_authenticated

    @pytest.mark.django_db(transaction=True)
    def test_comes_in_once_with_two_clicks(self, link, team):
        filled = {"name": "Dora Dik", "password": PASSWORD}

        found = at_once([lambda: Client().post(link, filled).status_code] * 2)

        assert min(found) == 302
        assert max(found) in {403, 409, 410}
        assert team.memberships.current().filter(user__email="dora@example.com").count() == 1


class TestSomebodyKnown:
    @pytest.fixture
    def dora(self, db):
        return builders.person("Dora")

    def test_signs_in_first(self, client, dora, link):
        page = client.get(link).content.decode()

        assert f"/accounts/login/?next={link}" in page
        assert client.post(link, {"name": "X", "password": PASSWORD}).status_code == 403

    def test_joins_with_one_button(self, dora, link, team):
        doras = builders.browser(dora)
        assert "Join team Rijnmond" in " ".join(doras.get(link).content.decode().split())

        assert doras.post(link).url == "/teams/rijnmond/"
        assert team.memberships.current().filter(user=dora).exists()

    def test_of_another_address_is_told_so(self, carlas, link):
        before = everything()
        page = carlas.get(link).content.decode()

        assert "this invitation is for dora@example.com" in " ".join(page.split())
        refused = carlas.post(link, {"name": "Carla", "password": PASSWORD})
        assert refused.status_code == 422
        assert everything() == before

    def test_who_may_not_sign_in_any_more_is_told_so(self, client, dora, link):
        User.objects.filter(pk=dora.pk).update(is_active=False)

        assert "may not sign in any more" in client.get(link).content.decode()

    def test_who_began_to_read_along_meanwhile_is_refused(self, dora, link, team, today):
        team.link_manager(dora, by=None, at=today)

        page = builders.browser(dora).post(link)

        assert page.status_code == 409
        assert "reads along as a manager" in page.content.decode()

    def test_takes_the_kept_place_when_an_administrator_was_faster(
        self, dora, invitation, link, team, today
    ):
        team.welcome(dora, by=None, at=today)

        assert team.invitations.unanswered().count() == 0
        assert Client().get(link).status_code == 410


class TestALinkThatIsOver:
    def test_says_so_kindly(self, client, anna, today):
        old = invite("dora@example.com", "Dora", by=anna, at=today - LASTS)

        page = client.get(f"/invitations/{old.token}/")

        assert page.status_code == 410
        assert "This invitation has expired." in page.content.decode()
        assert "send it again" in page.content.decode()

    def test_that_was_never_made_says_as_much_as_one_may_know(self, client, db):
        assert client.get("/invitations/nothing/").status_code == 404

    def test_is_not_taken_by_another_hand(self, carla, invitation, today):
        with pytest.raises(TeamError, match="another address"):
            invitation.accept(carla.user, at=today)

    def test_cannot_be_accepted_later(self, invitation, today):
        dora = builders.person("Dora")

        with pytest.raises(TeamError, match="expired"):
            invitation.accept(dora, at=today + LASTS)


class TestACellOfFifty:
    def test_is_full_with_those_who_are_invited(self, anna, bram, team, today):
        fill(team, 47, today)
        invite("dora@example.com", "Dora", by=anna, at=today)

        with pytest.raises(TeamError, match="full"):
            invite("eva@example.com", "Eva", by=anna, at=today)
        with pytest.raises(TeamError, match="full"):
            team.welcome(builders.person("Eva"), by=None, at=today)

    def test_takes_who_was_invited_as_the_fiftieth(self, anna, bram, team, today):
        fill(team, 47, today)
        kept = invite("dora@example.com", "Dora", by=anna, at=today)

        kept.accept(builders.person("Dora"), at=today)

        assert team.memberships.current().count() == 50

    def test_has_room_again_when_an_invitation_is_over(self, anna, bram, team, today):
        fill(team, 47, today)
        first = invite("dora@example.com", "Dora", by=anna, at=today)
        first.withdraw(by=anna, at=today)
        invite("eva@example.com", "Eva", by=anna, at=today)
        later = today + LASTS

        invite("fred@example.com", "Fred", by=anna, at=later)

        assert team.places_taken(later) == 50

    def test_sends_nothing_again_for_which_there_is_no_room(self, anna, bram, team, today):
        fill(team, 47, today)
        old = invite("dora@example.com", "Dora", by=anna, at=today - LASTS)
        invite("eva@example.com", "Eva", by=anna, at=today)

        with pytest.raises(TeamError, match="full"):
            old.send_again(by=anna, at=today)

    def test_the_page_of_a_full_team_says_so(self, annas, bram, team, today):
        fill(team, 48, today)

        assert "The team is full" in page_of(annas)
        assert annas.post(PEOPLE, {"name": "E", "email": "e@example.com"}).status_code == 422

    def test_the_database_keeps_it_too(self, anna, bram, team, today):
        fill(team, 47, today)
        kept = invite("dora@example.com", "Dora", by=anna, at=today)
        rest = {"invited_by": anna.user, "invited_at": today, "expires_at": today + LASTS}

        with pytest.raises(IntegrityError, match="at most fifty"), transaction.atomic():
            Invitation.objects.create(
                team=team, email="e@example.com", name="E", token_hash="e", **rest
            )
        with pytest.raises(IntegrityError, match="at most fifty"), transaction.atomic():
            Membership.objects.create(team=team, user=builders.person("Eva"), since_at=today)
        kept.withdraw(by=anna, at=today)
        Membership.objects.create(team=team, user=builders.person("Fred"), since_at=today)

    @pytest.mark.django_db(transaction=True)
    def test_two_invitations_at_forty_nine_leave_fifty(self, anna, bram, team, today):
        fill(team, 47, today)
        addresses = ("dora@example.com", "eva@example.com")

        found = at_once(
            [lambda to=to: invite(to, "Somebody", by=anna, at=today) for to in addresses]
        )

        assert sorted(isinstance(one, TeamError) for one in found) == [False, True]
        assert team.places_taken(today) == 50

    @pytest.mark.django_db(transaction=True)
    def test_an_invitation_and_a_member_at_forty_nine_leave_fifty(self, anna, bram, team, today):
        fill(team, 47, today)
        eva = builders.person("Eva")

        found = at_once(
            [
                lambda: invite("dora@example.com", "Dora", by=anna, at=today),
                lambda: team.welcome(eva, by=None, at=today),
            ]
        )

        assert sorted(isinstance(one, TeamError) for one in found) == [False, True]
        assert team.places_taken(today) == 50

"""A rule tells another program: signed, once, and nowhere but to a public address."""

import hmac
import json
import re
import socket
import ssl
from hashlib import sha256

import pytest

from crm import hooks, rules
from crm.models import Rule, RuleError, RuleRun
from crm.models.rule import TELL
from teams import story
from teams.models import Job, LogEntry
from tests import builders
from tests.crm.fake_program import listening

RULES = "/teams/rijnmond/rules/"
API = "/api/v1/teams/rijnmond/rules/"
JSON = {"content_type": "application/json"}
ADDRESS = "https://hooks.example/deals?key=their-secret"


@pytest.fixture(autouse=True)
def _without_tls(settings):
    settings.HOOK_CONNECTOR = "tests.crm.fake_program.connect"


@pytest.fixture
def rule(anna, now):
    return builders.rule(activity_title="", hook_url=ADDRESS, by=anna, at=now)


@pytest.fixture
def run(rule, deal, now):
    rules.apply(rule, deal.visits.get(), at=now)
    return RuleRun.objects.get()


def try_once(at):
    """Do the job as a worker does, once."""
    Job.objects.filter(kind=TELL).update(run_at=at)
    job = Job.objects.claim(Job.objects.get(kind=TELL).pk)
    assert job is not None
    job.run(at=at)
    return Job.objects.get(pk=job.pk)


class TestTheMessage:
    def test_it_says_which_deal_and_names_nobody(self, run, rule, deal, now, settings):
        with listening() as got:
            assert try_once(now).state == "done"

        ((path, headers, body),) = got
        assert path == "/deals?key=their-secret"
        assert json.loads(body) == {
            "event": "created",
            "rule": rule.pk,
            "run": run.pk,
            "team": "rijnmond",
            "deal": deal.number,
            "address": f"{settings.SITE_URL}/teams/rijnmond/deals/{deal.number}/",
            "stage": deal.stage.name,
            "moment": now.isoformat(),
        }
        signed = hmac.new(rule.hook_secret.encode(), body, sha256).hexdigest()
        assert headers["Kring-Signature"] == f"sha256={signed}"
        assert (headers["Kring-Run"], headers["Host"]) == (str(run.pk), "hooks.example")
        run.refresh_from_db()
        assert run.answered == 200

    def test_a_host_and_a_path_in_letters_of_their_own(self, anna, deal, now):
        address = "https://bücher.example/één"
        rule = builders.rule(activity_title="", hook_url=address, by=anna, at=now)
        rules.apply(rule, deal.visits.get(), at=now)

        with listening() as got:
            assert try_once(now).state == "done"

        ((path, headers, _body),) = got
        assert (path, headers["Host"]) == ("/%C3%A9%C3%A9n", "xn--bcher-kva.example")

    def test_it_is_put_in_the_book_once_with_the_run(self, run, rule, deal, now):
        assert not rules.apply(rule, deal.visits.get(), at=now)
        assert Job.objects.filter(kind=TELL).count() == 1

    @pytest.mark.parametrize("status", [302, 404, 500])
    def test_what_is_not_taken_is_tried_three_times(self, run, rule, now, status):
        with listening(status) as got:
            jobs = [try_once(now) for _ in range(3)]

        assert [job.state for job in jobs] == ["due", "due", "failed"]
        assert jobs[-1].error == f"HookError: HTTP {status}"
        # It is led on to nowhere.
        assert [path for path, _headers, _body in got] == ["/deals?key=their-secret"] * 3
        assert RuleRun.objects.get().answered is None
        assert rules.runs_of(rule)[0].untold == jobs[-1]

    def test_nobody_listens(self, run, now):
        with listening():
            pass

        assert try_once(now).error == "HookError: ConnectionRefusedError"

    def test_a_rule_that_tells_nobody_any_more(self, run, rule, anna, now):
        rule.change({"hook_url": "", "mails": True}, version=1, by=anna, at=now)

        with listening() as got:
            assert try_once(now).state == "done"

        assert not got

    def test_a_deal_that_was_removed_meanwhile(self, run, deal, now):
        RuleRun.objects.all().delete()

        with listening() as got:
            assert try_once(now).state == "done"

        assert not got

    def test_who_keeps_the_line_open_is_hung_up_on(self, monkeypatch):
        monkeypatch.setattr(hooks, "SECONDS", 0.05)
        ours, theirs = socket.socketpair()

        with theirs, pytest.raises(hooks.HookError):
            hooks.post(ADDRESS, b"{}", {}, lambda _host: ours)


class TestWhereItGoes:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104
            "224.0.0.1",
            "239.1.2.3",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:7f00:1::",
            "2001:db8::1",
            "fc00::1",
            "fe80::1",
            "fe80::1%eth0",
            "fec0::1",
            "ff02::1",
        ],
    )
    def test_not_to_what_is_not_public(self, address):
        assert not hooks.is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])
    def test_to_what_is(self, address):
        assert hooks.is_public(address)

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f000001", "2130706433", "::1"])
    def test_a_host_of_this_machine_is_refused_before_it_is_called(self, host):
        with pytest.raises(hooks.HookError, match="not a public address"):
            hooks.connect_publicly(host)

    def test_one_address_that_is_not_public_is_one_too_many(self, monkeypatch):
        found = [(0, 0, 0, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

        with pytest.raises(hooks.HookError, match="not a public address"):
            hooks.connect_publicly("hooks.example")

    def test_the_address_that_was_looked_at_is_called_and_has_to_prove_its_name(self, monkeypatch):
        found, called = [(0, 0, 0, "", ("8.8.8.8", 443))], []
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        ours, theirs = socket.socketpair()
        monkeypatch.setattr(
            socket, "create_connection", lambda place, **_: called.append(place) or ours
        )

        with theirs:
            theirs.send(b"HTTP/1.1 200 OK, without any certificate")
            with pytest.raises(ssl.SSLError):
                hooks.connect_publicly("hooks.example")

        assert called == [("8.8.8.8", 443)]

    @pytest.mark.parametrize(
        "wrong",
        [
            "http://hooks.example/",
            "hooks.example",
            "file:///etc/passwd",
            "https://hooks.example:8443/",
            "https://name:word@hooks.example/",
            "https://name@hooks.example/",
        ],
    )
    def test_an_address_that_we_do_not_call_is_refused(self, annas, anna, now, wrong):
        typed = {"name": "Tell", "trigger": "created", "hook_url": wrong}

        with pytest.raises(RuleError, match="address"):
            builders.rule(hook_url=wrong, by=anna, at=now)
        page = annas.post(RULES, typed)
        answer = annas.post(API, typed, **JSON)

        assert (page.status_code, answer.status_code) == (422, 400)
        assert re.search("out of this address|Write an address in full", page.text)
        assert [*answer.json()] == ["hook_url"]
        assert not Rule.objects.exists()


class TestThePage:
    def test_readers_see_the_host_and_no_more(self, annas, mias, rule):
        for client in (annas, mias):
            assert "A program at hooks.example gets a message." in client.get(RULES).text
        assert "their-secret" in annas.get(f"{RULES}{rule.pk}/").text
        assert "their-secret" not in mias.get(f"{RULES}{rule.pk}/").text
        facts = mias.get(f"{API}{rule.pk}/").json()
        assert facts["hook_host"] == "hooks.example"
        assert "their-secret" not in json.dumps(facts)

    def test_the_secret_is_shown_once_and_signs_from_then_on(self, annas, mias, rule, now):
        before = rule.hook_secret

        shown = annas.post(f"{RULES}{rule.pk}/secret/")

        rule.refresh_from_db()
        assert rule.hook_secret != before
        assert rule.hook_secret in shown.text
        assert "no-store" in shown.headers["Cache-Control"]
        for client in (annas, mias):
            assert rule.hook_secret not in client.get(f"{RULES}{rule.pk}/").text
        line = LogEntry.objects.about(rule).get(kind="crm.rule.signs-anew")
        assert story.line(line) == "The rule “Call them” has a new secret."
        assert rule.hook_secret not in json.dumps(line.details)

    def test_a_program_gets_a_secret_too(self, annas, rule):
        got = annas.post(f"{API}{rule.pk}/secret/", {}, **JSON).json()

        rule.refresh_from_db()
        assert got == {"secret": rule.hook_secret}

    def test_what_came_of_it(self, annas, mias, run, rule, now):
        here = f"{RULES}{rule.pk}/"
        assert "is yet to be told" in annas.get(here).text
        with listening(500):
            for _ in range(3):
                try_once(now)
        text = annas.get(here).text
        assert "was told in vain" in text
        assert "HTTP 500" in text
        (fact,) = mias.get(f"{API}{rule.pk}/runs/").json()
        assert (fact["answered"], fact["untold"]) == (None, "HTTP 500")

    def test_that_it_was_taken(self, annas, run, rule, now):
        with listening(204):
            try_once(now)

        assert "The program took it (HTTP 204)." in annas.get(f"{RULES}{rule.pk}/").text
        (fact,) = annas.get(f"{API}{rule.pk}/runs/").json()
        assert (fact["answered"], fact["untold"]) == (204, None)

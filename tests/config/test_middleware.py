"""What happens around every page. That nothing of a refusal stays: tests/teams/test_second_wall."""

import pytest


@pytest.mark.parametrize("address", ["/accounts/login/", "/nowhere/"])
def test_a_page_and_a_fragment_are_not_mixed_up(client, db, address):
    answer = client.get(address)

    assert "HX-Request" in answer.headers["Vary"]


def test_what_is_no_page_does_not_differ_by_who_asks(client, db):
    answer = client.post("/theme/", {"theme": "dark"}, headers={"accept": "application/json"})
    api = client.get("/api/v1/schema/")

    assert answer.status_code == 302
    assert "HX-Request" not in api.headers.get("Vary", "")


@pytest.mark.parametrize("address", ["/accounts/login/", "/nowhere/", "/theme/", "/admin/"])
def test_every_answer_says_what_a_browser_may_do_with_it(client, db, address):
    headers = client.get(address).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_another_host_is_refused(client, db):
    assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400

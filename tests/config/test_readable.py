"""What no page could understand is turned away with a sentence, before anything reads it."""

import pytest

FORM = "application/x-www-form-urlencoded"
HOME = "/accounts/login/"
API = "/api/v1/schema/"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "QUERY", "G\xcbT", ""])
def test_an_unknown_method_is_refused_everywhere(client, db, method):
    page, program = client.generic(method, HOME), client.generic(method, API)

    assert (page.status_code, program.status_code) == (405, 405)
    assert page.headers["Allow"] == "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
    assert "Nothing here is asked like that." in page.content.decode()
    assert program.json() == {"detail": "Nothing here is asked like that."}


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "q=a%c3", "%00", "q=%ed%a0%80", "q=a\0"])
def test_an_address_that_is_no_text_is_refused(client, db, query):
    page = client.get(HOME, query_params={}, QUERY_STRING=query)

    assert page.status_code == 400
    assert "There are characters in it that cannot be read." in page.content.decode()
    assert "Content-Security-Policy" in page.headers


def test_an_address_in_any_language_is_read(client, db):
    assert client.get(HOME, {"q": "Zoë 北京 ؀"}).status_code == 200


@pytest.mark.parametrize("body", [b"theme=%ff", b"theme=\xff", b"%c3=dark"])
def test_a_form_that_is_no_text_is_refused(client, db, body):
    answer = client.post("/theme/", body, content_type=FORM)

    assert answer.status_code == 400
    assert "theme" not in answer.cookies


@pytest.mark.parametrize("charset", ["utf-7", "latin-1", "utf-16", "nonsense", ""])
@pytest.mark.parametrize("kind", [FORM, "application/json", "text/plain", "multipart/form-data"])
def test_a_body_in_another_charset_is_refused(client, db, kind, charset):
    answer = client.generic("POST", "/theme/", b"theme=dark", f'{kind}; charset="{charset}"')

    assert answer.status_code == 415
    assert "Only texts in UTF-8" in answer.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
def test_utf8_may_be_named(client, db, charset):
    answer = client.post("/theme/", b"theme=dark", content_type=f"{FORM}; charset={charset}")

    assert answer.status_code == 302


def test_a_form_without_end_is_refused(client, db, settings):
    body = b"theme=" + settings.DATA_UPLOAD_MAX_MEMORY_SIZE * b"x"

    answer = client.post("/theme/", body, content_type=FORM)

    assert answer.status_code == 413
    assert "This is too long." in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"&".join(b"f%d=1" % number for number in range(1001)), FORM),
        (b"--x\r\nContent-Disposition: form-data; name=theme\r\n\r\nda", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary="),
        (b"x", f"multipart/form-data; boundary={'b' * 5000}"),
    ],
)
def test_a_broken_form_shows_our_page(client, db, body, kind):
    answer = client.generic("POST", "/theme/", body, kind)

    assert answer.status_code == 400
    assert "That could not be understood" in answer.content.decode()


def test_it_speaks_the_readers_language(client, db):
    page = client.get(HOME, QUERY_STRING="q=%ff", headers={"accept-language": "nl"})

    assert "Dat was niet te begrijpen" in page.content.decode()


@pytest.mark.parametrize(
    "host", ["evil.example", "a b", "localhost:abc", "[::1", "x" * 300, "\xff", "@"]
)
def test_nonsense_for_a_host_is_refused(client, db, host):
    assert client.get(HOME, headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    "cookie", ["kring=\xff; csrf=x", "=;;=", "kring=" + "a" * 5000, "theme=<b>"]
)
def test_junk_for_a_cookie_is_nobodys(client, db, cookie):
    assert client.get("/", HTTP_COOKIE=cookie).status_code == 302

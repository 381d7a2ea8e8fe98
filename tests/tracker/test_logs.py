from __future__ import annotations

import logging

import pytest

from tracker import logs


@pytest.fixture(autouse=True)
def _own_root():
    root = logging.getLogger()
    handlers, level, known = list(root.handlers), root.level, set(logs._known)
    yield
    root.handlers[:], logs._known = handlers, known
    root.setLevel(level)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("open postgresql://ann:pw1234@db.example.org/rounds", "open postgresql://ann:***@db.example.org/rounds"),
        ("postgresql+psycopg://:pw1234@db/rounds", "postgresql+psycopg://:***@db/rounds"),
        ("GET https://example.org/?token=abc123&page=2", "GET https://example.org/?token=***&page=2"),
        ("{'api_key': 'abc123', 'page': 2}", "{'api_key': '***', 'page': 2}"),
        ('"password": "abc123"', '"password": "***"'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("signed with whsec_c2VjcmV0LQ==", "signed with whsec_***"),
        ("https://example.org/a:b@c", "https://example.org/a:b@c"),
        ("sold 3 tokens: none left", "sold 3 tokens: none left"),
    ],
)
def test_secrets_are_blotted_out_and_the_rest_stays(text, kept):
    assert logs.redact(text) == kept


def test_known_secrets_are_blotted_out_wherever_they_stand():
    logs.hide_secrets(["tgram://bot-token/1", "ok"])
    assert logs.redact("to tgram://bot-token/1: ok") == "to ***: ok"


def test_a_logged_exception_is_blotted_too(capsys):
    logs.configure_logging("INFO")
    try:
        raise ValueError("cannot open postgresql://ann:pw1234@db/rounds")
    except ValueError:
        logging.getLogger("roundwatch.test").exception("opening %s", "https://u:pw1234@example.org")
    shown = capsys.readouterr().err
    assert "cannot open postgresql://ann:***@db/rounds" in shown
    assert "pw1234" not in shown


def test_configuring_twice_writes_each_line_once(capsys):
    logs.configure_logging("INFO")
    logs.configure_logging("INFO")
    logging.getLogger("roundwatch.test").info("one line")
    assert capsys.readouterr().err.count("one line") == 1


def test_the_level_is_obeyed_and_libraries_do_not_tell_addresses(capsys):
    logs.configure_logging("INFO")
    logging.getLogger("roundwatch.test").debug("too fine")
    logging.getLogger("httpx").info("HTTP Request: POST https://hooks.example.org/s3cret")
    assert capsys.readouterr().err == ""

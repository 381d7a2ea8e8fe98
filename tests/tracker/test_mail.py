from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from api.alerts.message import Message
from domain.errors import DeliveryError, SettingsError
from tests.tracker.factories import mail_server
from tracker.alerts.channels import build_routes
from tracker.alerts.channels.mail import MailChannel, Server
from tracker.settings import load_settings

MESSAGE = Message("mega.e1", "织羽科技 获 1.2 亿欧元 融资\nB 轮", "公司：织羽科技", {}, "<p>公司：<b>织羽科技</b></p>")


def channel(port: int, trusted: object = None, **fields: object) -> MailChannel:
    server = Server("127.0.0.1", port, ca_file=str(trusted) if trusted else None, **fields)
    return MailChannel(server, "Rounds <rounds@example.org>", "Desk <desk@example.org>", allow_private=True)


def test_a_mail_comes_encrypted_as_html_and_text_under_the_alerts_own_id(tmp_path):
    with mail_server(tmp_path) as (box, port):
        channel(port, tmp_path / "server.pem").send(MESSAGE)
        [envelope] = box.mails
    assert box.encrypted == [True]
    assert envelope.rcpt_tos == ["desk@example.org"]
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["Subject"] == "织羽科技 获 1.2 亿欧元 融资 B 轮"
    assert mail["Message-ID"] == "<mega.e1@example.org>"
    assert mail.get_body(("plain",)).get_content().strip() == "公司：织羽科技"
    assert mail.get_body(("html",)).get_content().strip() == "<p>公司：<b>织羽科技</b></p>"


def test_a_server_without_starttls_gets_nothing(tmp_path):
    with mail_server(tmp_path, starttls=False) as (box, port):
        with pytest.raises(DeliveryError, match="offers no STARTTLS"):
            channel(port).send(MESSAGE)
        channel(port, encryption="none").send(MESSAGE)
    assert len(box.mails) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path):
    with mail_server(tmp_path) as (box, port), pytest.raises(DeliveryError, match="cannot be trusted"):
        channel(port).send(MESSAGE)
    assert box.mails == []


@pytest.mark.parametrize(("password", "works"), [("right-one", True), ("wrong-one", False)])
def test_user_and_password_are_shown_once_the_way_is_encrypted(tmp_path, password, works):
    with mail_server(tmp_path, password="right-one") as (box, port):
        one = channel(port, tmp_path / "server.pem", user="rounds", password=password)
        if works:
            one.send(MESSAGE)
        else:
            with pytest.raises(DeliveryError, match="refused user and password") as caught:
                one.send(MESSAGE)
            assert password not in str(caught.value)
    assert len(box.mails) == works


def test_a_server_that_is_busy_or_refuses_recipients_is_a_delivery_error(tmp_path):
    with mail_server(tmp_path) as (box, port):
        one = channel(port, tmp_path / "server.pem")
        box.answer = "451 later"
        with pytest.raises(DeliveryError, match="answered 451") as caught:
            one.send(MESSAGE)
        assert not caught.value.final
        for code, final in ((450, False), (550, True)):
            box.refused = {"desk@example.org": f"{code} no"}
            with pytest.raises(DeliveryError, match="refused the recipient") as caught:
                one.send(MESSAGE)
            assert caught.value.final is final
    with pytest.raises(DeliveryError, match=f"mail server 127.0.0.1:{port}: cannot be reached"):
        one.send(MESSAGE)


def test_a_server_at_a_private_address_is_refused_unless_allowed():
    with pytest.raises(DeliveryError, match="ALLOW_PRIVATE"):
        MailChannel(Server("127.0.0.1", 9), "a@example.org", "b@example.org").send(MESSAGE)


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"host": ""}, "ROUNDWATCH_ALERT_MAIL_HOST"),
        ({"sender": "nobody"}, "ROUNDWATCH_ALERT_MAIL_SENDER"),
        ({"to": ""}, "ROUNDWATCH_ALERT_MAIL_TO"),
        ({"to": "a@example.org, b\r\nBcc: c@example.org"}, "ROUNDWATCH_ALERT_MAIL_TO"),
    ],
)
def test_a_setting_that_is_missing_or_no_address_is_named(changes, variable):
    good = {"host": "mail.example.org", "sender": "a@example.org", "to": "b@example.org"}
    with pytest.raises(SettingsError) as caught:
        build_routes("mail", load_settings(), {**good, **changes})
    assert caught.value.subject == variable

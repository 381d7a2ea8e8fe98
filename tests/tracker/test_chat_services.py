from __future__ import annotations

import base64
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.alerts.message import Message
from domain.errors import DeliveryError, SettingsError
from tests.tracker.receivers import Receiver, receiver
from tracker.alerts.channels import build_routes
from tracker.alerts.channels.apprise import AppriseChannel
from tracker.alerts.channels.kind import Channel
from tracker.alerts.channels.pieces import cut
from tracker.settings import load_settings

MESSAGE = Message("alert-1", "Kestrel Loom raises $120M", "Lead: Onda Ventures", {})


def test_apprise_is_not_trusted_with_services_whose_refusals_it_does_not_hear():
    for url, kind in (("dingtalk://SEC01234567@0123456789abcdef", "dingtalk"), ("wecombot://9ab7c1d2-5e3f", "wecom")):
        with pytest.raises(SettingsError, match=f"use a channel of the kind '{kind}'") as caught:
            AppriseChannel(url)
        assert "0123" not in str(caught.value) and "9ab7" not in str(caught.value)


def test_a_long_message_goes_to_a_service_in_pieces_that_it_takes(monkeypatch):
    channel = AppriseChannel("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(channel._service, "notify", lambda title, body: sent.append((title, body)) or True)
    lines = [f"- 第 {number} 个来源 {'织' * 30}" for number in range(60)]
    channel.send(Message("a", "织羽获投", "\n".join(lines), {}))
    assert [title for title, _ in sent] == [f"织羽获投 ({number + 1}/{len(sent)})" for number in range(len(sent))]
    assert "\n".join(body for _, body in sent).splitlines() == lines
    assert all(len(f"{title}{body}".encode()) <= 2000 for title, body in sent)


@given(st.text(alphabet="aé织🦉\n ", max_size=200), st.integers(4, 50))
def test_pieces_are_short_enough_and_tell_everything(text, longest):
    pieces = cut(text, longest)
    assert all(len(piece.encode()) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def robot(server: Receiver, kind: str, **table: object) -> Channel:
    url = f"http://127.0.0.1:{server.server_port}/robot/send?access_token=t0ken-of-robot"
    [route] = build_routes(kind, load_settings(), {"url": url, "allow_private": True, **table}).values()
    return route.channel


@pytest.mark.parametrize("kind", ["dingtalk", "wecom"])
def test_a_robot_says_the_message_in_its_group(kind):
    with receiver() as server:
        server.said = [b'{"errcode": 0, "errmsg": "ok"}']
        robot(server, kind).send(MESSAGE)
    [(path, body)] = server.heard
    assert path == "/robot/send?access_token=t0ken-of-robot"
    assert body == {"msgtype": "text", "text": {"content": "Kestrel Loom raises $120M\nLead: Onda Ventures"}}


def test_a_robot_that_wants_signatures_gets_them():
    with receiver() as server:
        server.said = [b'{"errcode": 0}']
        robot(server, "dingtalk", secret="SECabcdef").send(MESSAGE)
    query = {name: values[0] for name, values in parse_qs(urlsplit(server.heard[0][0]).query).items()}
    told = hmac.new(b"SECabcdef", f"{query['timestamp']}\nSECabcdef".encode(), "sha256").digest()
    assert (query["access_token"], query["sign"]) == ("t0ken-of-robot", base64.b64encode(told).decode())


@pytest.mark.parametrize(
    ("kind", "said", "problem", "retry_after"),
    [
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, "refused it: 310000 keywords not", None),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, "refused it: 130101 send too fast", 60.0),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "refused it: 45009 api freq", 60.0),
        ("wecom", {"errcode": 93000}, "refused it: 93000", None),
        ("wecom", {"ok": True}, "answered something else", None),
        ("wecom", [0], "answered something else", None),
    ],
)
def test_a_robot_that_answers_200_and_refuses_has_not_taken_the_message(kind, said, problem, retry_after):
    with receiver() as server:
        server.said = [json.dumps(said).encode()]
        with pytest.raises(DeliveryError, match=problem) as caught:
            robot(server, kind).send(MESSAGE)
    assert caught.value.retry_after == retry_after
    assert "t0ken-of-robot" not in str(caught.value)


def test_a_robot_says_what_is_too_long_in_pieces():
    with receiver() as server:
        server.said = [b'{"errcode": 0}'] * 3
        robot(server, "wecom").send(Message("a", "织羽获投", "\n".join(["织" * 100] * 15), {}))
    contents = [body["text"]["content"] for _, body in server.heard]
    assert len(contents) == 3 and all(len(content.encode()) <= 2048 for content in contents)
    assert "\n".join(contents).splitlines() == ["织羽获投", *["织" * 100] * 15]


@pytest.mark.parametrize("kind", ["dingtalk", "wecom"])
def test_a_robot_without_an_address_is_refused(kind):
    with pytest.raises(SettingsError, match=f"ROUNDWATCH_ALERT_{kind.upper()}_URL: missing"):
        build_routes(kind, load_settings())
    with pytest.raises(SettingsError, match=f"ROUNDWATCH_ALERT_{kind.upper()}_URL: not an address"):
        build_routes(kind, load_settings(), {"url": "robot"})

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.alerts.message import Message
from domain.addresses import is_public
from domain.errors import DeliveryError, SettingsError
from tests.tracker.factories import build_server_context
from tests.tracker.receivers import OTHER_SECRET, SECRET, receiver
from tracker.alerts.channels import CHANNELS, Rate, build_routes, parse_rate
from tracker.alerts.channels.apprise import AppriseChannel
from tracker.alerts.channels.console import ConsoleChannel
from tracker.alerts.channels.file import FileChannel
from tracker.alerts.channels.kind import ChannelSettings
from tracker.alerts.channels.posting import parse_retry_after
from tracker.alerts.channels.webhook import WebhookChannel
from tracker.alerts.setup import load_setup
from tracker.logs import redact
from tracker.settings import load_settings

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 1, 22, 12, 0, tzinfo=UTC)


def message(id: str = "alert-1") -> Message:
    return Message(id, "Kestrel Loom raises $120M", "Lead: Onda Ventures", {"type": "t", "data": {"名": "织羽"}})


def webhook(url: str, *secrets: str, allow_private: bool = True, timeout: float = 30.0) -> WebhookChannel:
    return WebhookChannel(url, secrets or (SECRET,), allow_private=allow_private, timeout=timeout)


def test_a_webhook_is_signed_so_that_the_receiver_can_verify_it():
    with receiver() as server:
        webhook(server.url).send(message())
        assert server.taken == [("alert-1", {"type": "t", "data": {"名": "织羽"}})]


def test_each_of_two_secrets_verifies_while_a_receiver_changes_its_key():
    for held in (SECRET, OTHER_SECRET):
        with receiver(held) as server:
            webhook(server.url, OTHER_SECRET, SECRET).send(message())
            assert len(server.taken) == 1


def test_a_wrong_secret_is_a_delivery_error():
    with receiver(OTHER_SECRET) as server, pytest.raises(DeliveryError, match="401"):
        webhook(server.url).send(message())


@pytest.mark.parametrize(
    ("status", "headers", "problem", "retry_after"),
    [
        (500, {}, "answered 500 Internal Server Error", None),
        (429, {"Retry-After": "120"}, "answered 429 Too Many Requests", 120.0),
        (503, {"Retry-After": "soon"}, "answered 503 Service Unavailable", None),
        (302, {"Location": "http://127.0.0.1:9/t0ken"}, "not followed (it leads to http://127.0.0.1:9)", None),
        (308, {"Location": "/t0ken"}, "redirects are not followed (it leads to http://127.0.0.1", None),
        (301, {}, "answered 301", None),
        (404, {}, "answered 404 Not Found", None),
        (0, {}, "the exchange broke off", None),
    ],
)
def test_every_answer_but_2xx_is_a_delivery_error_that_hides_the_path(status, headers, problem, retry_after):
    with receiver() as server:
        server.answers = [(status, headers, 0.0)]
        with pytest.raises(DeliveryError) as caught:
            webhook(server.url).send(message())
    assert problem in str(caught.value)
    assert caught.value.retry_after == retry_after
    assert "s3cret-path" not in str(caught.value) and "t0ken" not in str(caught.value)
    assert not caught.value.final


def test_no_redirect_is_followed_whatever_its_kind():
    with receiver() as first, receiver() as second:
        for status in (301, 302, 303, 307, 308):
            first.answers = [(status, {"Location": second.url}, 0.0)]
            with pytest.raises(DeliveryError):
                webhook(first.url).send(message())
        assert second.seen_ids == []


def test_a_receiver_that_is_gone_for_good_wants_no_other_try():
    with receiver() as server:
        server.answers = [(410, {}, 0.0)]
        with pytest.raises(DeliveryError, match="410 Gone") as caught:
            webhook(server.url).send(message())
    assert caught.value.final


def test_a_slow_receiver_is_left_after_the_deadline():
    with receiver() as server:
        server.answers = [(204, {}, 2.0)]
        with pytest.raises(DeliveryError, match=r"no answer within 0\.3 s"):
            webhook(server.url, timeout=0.3).send(message())


def test_a_port_where_nobody_listens_is_a_delivery_error():
    with receiver() as server:
        url = server.url
    with pytest.raises(DeliveryError, match="cannot be reached"):
        webhook(url).send(message())


def test_a_receiver_whose_certificate_nobody_vouches_for_gets_nothing(tmp_path):
    with receiver() as server:
        server.socket = build_server_context(tmp_path).wrap_socket(server.socket, server_side=True)
        with pytest.raises(DeliveryError, match="its certificate cannot be trusted") as caught:
            webhook(server.url.replace("http:", "https:")).send(message())
        assert not caught.value.final
        assert server.seen_ids == []
        # it is for the operator to say whom to trust
        trusting = WebhookChannel(
            server.url.replace("http:", "https:"), (SECRET,), allow_private=True, ca_file=str(tmp_path / "server.pem")
        )
        trusting.send(message())
        assert len(server.taken) == 1


def test_a_receiver_that_speaks_no_tls_gets_nothing_in_the_clear():
    with receiver() as server:
        with pytest.raises(DeliveryError, match="the way there cannot be encrypted"):
            webhook(server.url.replace("http:", "https:")).send(message())
        assert server.seen_ids == []


def test_a_file_of_certificates_that_is_none_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"ROUNDWATCH_ALERT_WEBHOOK_CA_FILE: .*no file of certificates"):
        WebhookChannel("https://example.org", (SECRET,), ca_file=str(tmp_path / "none.pem"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.169.254", "[::ffff:127.0.0.1]"]
)
def test_private_and_loopback_addresses_are_refused_unless_allowed(host):
    with pytest.raises(DeliveryError, match="ROUNDWATCH_ALERT_ALLOW_PRIVATE"):
        webhook(f"http://{host}:9/hook", allow_private=False).send(message())


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_public_addresses_are_told_from_all_others(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "secrets", "variable"),
    [
        ("ftp://example.org/x", (SECRET,), "ROUNDWATCH_ALERT_WEBHOOK_URL"),
        ("https://", (SECRET,), "ROUNDWATCH_ALERT_WEBHOOK_URL"),
        ("http://[half", (SECRET,), "ROUNDWATCH_ALERT_WEBHOOK_URL"),
        ("https://example.org", (), "ROUNDWATCH_ALERT_WEBHOOK_SECRET"),
        ("https://example.org", ("whsec_",), "ROUNDWATCH_ALERT_WEBHOOK_SECRET"),
        ("https://example.org", ("whsec_ä",), "ROUNDWATCH_ALERT_WEBHOOK_SECRET"),
    ],
)
def test_a_channel_that_lacks_what_it_needs_is_refused_with_the_settings_name(url, secrets, variable):
    with pytest.raises(SettingsError) as caught:
        WebhookChannel(url, secrets)
    assert caught.value.subject == variable


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("30", 30.0),
        ("-5", None),
        ("Wed, 22 Jan 2025 12:01:00 GMT", 60.0),
        ("Wed, 22 Jan 2025 11:00:00 GMT", 0.0),
        ("99999999999", 86400.0),
        ("later", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


def test_the_file_channel_appends_one_line_a_message(tmp_path):
    path = tmp_path / "deep" / "alerts.jsonl"
    channel = FileChannel(path)
    channel.send(message("a"))
    channel.send(message("b"))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["a", "b"]
    assert lines[0]["data"] == {"名": "织羽"}


def test_a_file_that_cannot_be_written_is_a_delivery_error(tmp_path):
    (tmp_path / "taken").write_text("no folder")
    with pytest.raises(DeliveryError, match="taken"):
        FileChannel(tmp_path / "taken" / "alerts.jsonl").send(message())


def test_the_console_channel_prints_title_and_text():
    stream = io.StringIO()
    ConsoleChannel(stream).send(message())
    assert stream.getvalue() == "Kestrel Loom raises $120M\nLead: Onda Ventures\n\n"


def test_apprise_carries_a_message_to_a_server_of_ones_own():
    with receiver() as server:
        url = f"json://127.0.0.1:{server.server_port}/hook"
        with pytest.raises(DeliveryError, match="ALLOW_PRIVATE"):
            AppriseChannel(url).send(message())
        assert server.seen_ids == []
        with pytest.raises(DeliveryError, match="JSON"):
            # our receiver refuses what is not signed, which Apprise reports as a failure
            AppriseChannel(url, allow_private=True).send(message())
        assert server.seen_ids == [None]


def test_apprise_follows_no_redirect_past_the_check_of_the_address():
    with receiver() as first, receiver() as second:
        first.answers = [(307, {"Location": second.url}, 0.0)]
        with pytest.raises(DeliveryError, match="JSON"):
            AppriseChannel(f"json://127.0.0.1:{first.server_port}/hook", allow_private=True).send(message())
        assert (len(first.seen_ids), second.seen_ids) == (1, [])


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "feishu://0b0e9c1d-3f2a-4c7e-9a55-6d1f0e2b8c44",
        "lark://0b0e9c1d-3f2a-4c7e-9a55-6d1f0e2b8c44",
        "tgram://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/12315544",
        "workflows://prod-01.example.org:443/0123456789abcdef0123456789abcdef/c2lnbmF0dXJl",
        "ntfys://ntfy.example.org/rounds",
    ],
)
def test_the_services_that_are_named_are_ones_that_apprise_knows(url):
    [(name, route)] = build_routes("apprise", load_settings(), {"urls": url}).items()
    scheme = url.partition("://")[0]
    assert name.startswith(f"apprise/{scheme}-")
    assert route.channel.subject.startswith("apprise (")
    assert f"`{scheme}://" in (ROOT / "docs" / "howto" / "alerts.md").read_text("utf-8")


def test_an_apprise_address_that_cannot_be_read_is_refused_without_repeating_it():
    with pytest.raises(SettingsError) as caught:
        AppriseChannel("nosuch://token-that-is-secret")
    assert "token-that-is-secret" not in str(caught.value)
    assert "none that Apprise understands" in str(caught.value)


@pytest.mark.parametrize(
    ("to", "names"),
    [
        ("Desk <desk@example.org>, two@example.org", ["mail/desk@example.org", "mail/two@example.org"]),
        ("desk@example.org", ["mail/desk@example.org"]),
    ],
)
def test_each_recipient_of_a_mail_has_a_route_of_its_own(to, names):
    table = {"host": "mail.example.org", "sender": "a@example.org", "to": to}
    assert list(build_routes("mail", load_settings(), table)) == names


def test_each_address_of_apprise_has_a_route_whose_name_keeps_the_secret_and_its_place_in_the_list():
    urls = ["json://8.8.8.8/s3cret", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"]
    there, back = (build_routes("apprise", load_settings(), {"urls": " ".join(each)}) for each in (urls, urls[::-1]))
    assert set(there) == set(back)
    first, second = there
    assert first.startswith("apprise/json-") and second.startswith("apprise/slack-")
    assert "s3cret" not in first and "TIiaj" not in second


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_channel_is_built_from_the_environment(name, tmp_path, monkeypatch):
    for variable, value in {
        "WEBHOOK_URL": "https://hooks.example.org/a",
        "WEBHOOK_SECRET": SECRET,
        "APPRISE_URLS": "json://hooks.example.org/a",
        "MAIL_HOST": "mail.example.org",
        "MAIL_SENDER": "Roundwatch <rounds@example.org>",
        "MAIL_TO": "Desk <desk@example.org>, other@example.org",
        "FILE_PATH": str(tmp_path / "alerts.jsonl"),
        "DINGTALK_URL": "https://robots.example.org/send?access_token=a",
        "WECOM_URL": "https://robots.example.org/send?key=a",
    }.items():
        monkeypatch.setenv(f"ROUNDWATCH_ALERT_{variable}", value)
    for route in build_routes(name, load_settings()).values():
        assert callable(route.channel.send)


class PigeonSettings(ChannelSettings, env_prefix="ROUNDWATCH_ALERT_PIGEON_"):
    """A kind of channel as its one file would hold it."""

    coop: SecretStr
    wings: int = 2

    def build(self) -> Pigeon:
        return Pigeon(self.coop.get_secret_value(), self.wings)


class Pigeon:
    def __init__(self, coop: str, wings: int) -> None:
        self.coop, self.wings = coop, wings

    def send(self, message: Message) -> None:
        raise DeliveryError("pigeon", "is tired")


def test_a_new_kind_of_channel_takes_a_file_of_its_own_and_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("tracker.alerts.channels.CHANNELS", {**CHANNELS, "pigeon": PigeonSettings})
    monkeypatch.setenv("ROUNDWATCH_ALERT_PIGEON_COOP", "north-roof")
    file = tmp_path / "alerts.toml"
    file.write_text('[channels.fast]\ntype = "pigeon"\nwings = 4\nrate = "1/1h"', "utf-8")
    setup = load_setup(load_settings(alert_rules=file, alert_channels="pigeon fast"))
    one, two = (route for routes in setup.build_routes().values() for route in routes.values())
    assert (one.channel.coop, one.channel.wings, two.channel.wings) == ("north-roof", 2, 4)
    assert two.rate == Rate(1, timedelta(hours=1))
    assert redact("flies to north-roof") == "flies to ***"
    file.write_text('[channels.fast]\ntype = "pigeon"\ntail = 1', "utf-8")
    with pytest.raises(SettingsError, match=r"channel fast: unknown field 'tail'; a pigeon has .*coop.*wings"):
        load_setup(load_settings(alert_rules=file))
    monkeypatch.delenv("ROUNDWATCH_ALERT_PIGEON_COOP")
    with pytest.raises(SettingsError, match="channel pigeon: coop: Field required"):
        build_routes("pigeon", load_settings())


def test_secrets_of_channels_show_neither_in_settings_nor_in_errors_nor_in_logs(monkeypatch):
    monkeypatch.setenv("ROUNDWATCH_ALERT_WEBHOOK_SECRET", f"{SECRET} {OTHER_SECRET}")
    monkeypatch.setenv("ROUNDWATCH_ALERT_WEBHOOK_URL", "https://hooks.example.org/hidden-path")
    told = CHANNELS["webhook"]()
    assert "hidden" not in repr(told) + str(told) and SECRET not in repr(told)
    tables = {"apprise": {"urls": "json://8.8.8.8/hidden-token"}}
    settings = load_settings(alert_tables=tables)
    assert "hidden" not in repr(settings) + str(settings)
    build_routes("webhook", settings)
    build_routes("apprise", settings, tables["apprise"])
    said = f"{OTHER_SECRET} https://hooks.example.org/hidden-path json://8.8.8.8/hidden-token"
    assert redact(said) == "*** *** ***"
    with pytest.raises(SettingsError) as caught:
        build_routes("mail", settings, {"password": "hidden-word", "port": "hidden-port"})
    assert "hidden" not in str(caught.value)


def test_an_unknown_channel_is_refused_with_the_list_of_those_there_are():
    with pytest.raises(SettingsError, match="no channel 'pigeon'; there are apprise, console"):
        build_routes("pigeon", load_settings())


def test_a_webhook_without_secret_or_address_is_refused_when_it_is_built():
    with pytest.raises(SettingsError, match="ROUNDWATCH_ALERT_WEBHOOK_URL: missing"):
        build_routes("webhook", load_settings())
    with pytest.raises(SettingsError, match="ROUNDWATCH_ALERT_WEBHOOK_SECRET: missing"):
        build_routes("webhook", load_settings(), {"url": "https://hooks.example.org/a"})


@pytest.mark.parametrize(
    ("text", "rate"), [("60/1m", Rate(60, timedelta(minutes=1))), (" 5/2h ", Rate(5, timedelta(hours=2)))]
)
def test_a_rate_is_so_many_in_a_time(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "60", "0/1m", "x/1m", "60/soon"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(SettingsError, match="not a"):
        parse_rate(text)

from __future__ import annotations

import json
from getpass import getuser

import pytest

from domain.alert_rules import MEGA_ROUND
from domain.conditions import BadRule
from domain.errors import RoundwatchError, SettingsError
from domain.subjects import build_subject
from storage.desk import Desk
from storage.store import open_store
from tests.api.factories import event
from tests.tracker.factories import report
from tests.tracker.receivers import SECRET
from tests.tracker.test_cli import invoke
from tracker.alerts.keeper import CheckedRules
from tracker.alerts.setup import load_setup
from tracker.logs import redact
from tracker.settings import TrackerSettings, load_settings

FILE = """
[channels.desk]
type = "webhook"
url = "https://8.8.8.8/hook"
secret_env = "DESK_SECRET"
rate = "5/1m"

[channels.team]
type = "apprise"
urls = "json://8.8.8.8/x"

[[rules]]
id = "agents"
channels = ["desk", "console"]
when = {minimum_usd = 20_000_000, words = ["agent", "智能体"]}

[[rules]]
id = "off"
enabled = false
when = {kinds = ["debt"]}
"""


def settings(tmp_path, text: str | None = FILE, **given: object) -> TrackerSettings:
    path = tmp_path / "alerts.toml"
    if text is not None:
        path.write_text(text, "utf-8")
    return load_settings(alert_rules=path, **given)


def test_without_a_file_the_shipped_rule_is_in_force(tmp_path):
    setup = load_setup(settings(tmp_path, None))
    assert [rule.id for rule in setup.rules] == ["mega-round"]
    assert list(setup.build_routes()) == ["console"]


def test_a_file_names_rules_and_channels_whose_secrets_come_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("DESK_SECRET", SECRET)
    setup = load_setup(settings(tmp_path))
    assert [rule.id for rule in setup.book.rules] == ["agents"]
    routes = setup.build_routes()
    assert set(routes) == {"console", "desk"}
    assert routes["desk"]["desk"].rate.count == 5
    assert SECRET not in repr(setup)
    assert SECRET not in redact(f"signed with {SECRET[6:]}x {SECRET}")


def test_the_stores_rules_count_too_and_outrank_those_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DESK_SECRET", SECRET)
    with open_store("sqlite://") as store:
        CheckedRules(store, settings(tmp_path)).save({"id": "mine", "when": {"words": ["chip"]}}, "ada")
        CheckedRules(store, settings(tmp_path)).save({"id": "off", "when": {"kinds": ["debt"]}}, "ada")
        setup = load_setup(settings(tmp_path), store)
        assert [(rule.id, rule.enabled) for rule in setup.rules] == [("agents", True), ("off", True), ("mine", True)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense", "alerts.toml: cannot be read"),
        ("[rule]\nid = 'x'", "unknown table 'rule'; there are [[rules]]"),
        ("rules = 3", "wants [[rules]]"),
        ("[[rules]]\nid = 'a'\nwhen = {kind = ['debt']}", "rule a: unknown field 'kind'"),
        ("[[rules]]\nid='a'\nwhen={kinds=['debt']}\n[[rules]]\nid='a'\nwhen={kinds=['debt']}", "rule a: there are two"),
        ("[channels.desk]\ntype = 'pigeon'", "'pigeon': no kind of channel; there are apprise"),
        ("[channels.desk]\ntype = 'webhook'\nlink = 'x'", "channel desk: unknown field 'link'; a webhook has"),
        ("[channels.desk]\ntype = 'webhook'\nurl = 'https://8.8.8.8'\nsecret_env = 'NO_SUCH'", "NO_SUCH: the variable"),
    ],
)
def test_a_file_that_cannot_work_is_refused_with_the_reason(tmp_path, text, says):
    with pytest.raises(RoundwatchError) as caught:
        load_setup(settings(tmp_path, text))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ("type = 'webhook'\nurl = 'http://[half'\nsecret = '{secret}'", "not an address such as"),
        ("type = 'webhook'\nurl = 'https://10.0.0.7/hook'\nsecret = '{secret}'", "private or loopback address"),
        ("type = 'webhook'\nurl = 'https://localhost/hook'\nsecret = '{secret}'", "private or loopback address"),
        ("type = 'webhook'\nurl = 'https://8.8.8.8/hook'", "missing: webhooks are signed"),
        ("type = 'webhook'\nurl = 'https://8.8.8.8/hook'\nsecret = 'plain'", "not a secret of the form"),
        ("type = 'mail'\nhost = '8.8.8.8'\nport = 0", "channel desk: port"),
        ("type = 'apprise'\nurls = 'nosuch://token-that-is-secret'", "none that Apprise understands"),
        ("type = 'dingtalk'", "missing: the channel 'dingtalk' needs the robot's address"),
        ("type = 'webhook'\nurl = 'https://8.8.8.8'\nsecret_env = 'NO_SUCH'", "NO_SUCH: the variable is missing"),
    ],
)
def test_a_rule_whose_channel_cannot_work_is_refused_before_it_is_saved(tmp_path, channel, says):
    given = settings(tmp_path, f"[channels.desk]\n{channel.replace('{secret}', SECRET)}")
    rule = {"id": "a", "channels": ["desk"], "when": {"kinds": ["debt"]}}
    with open_store("sqlite://") as store:
        with pytest.raises(BadRule) as caught:
            CheckedRules(store, given).save(rule, "ada")
        assert store.rules.list() == []
    assert says in str(caught.value)
    assert "token-that-is-secret" not in str(caught.value) and SECRET not in str(caught.value)


def test_a_rule_that_comes_over_the_api_is_checked_with_its_channels_and_noted(tmp_path):
    given = settings(tmp_path, f"[channels.desk]\ntype='webhook'\nurl='https://10.0.0.7/x'\nsecret='{SECRET}'")
    rule = {"id": "a", "when": {"kinds": ["debt"]}}
    with open_store("sqlite://") as store:
        keeper = CheckedRules(store, given)
        with pytest.raises(BadRule, match="private or loopback address"):
            keeper.save({**rule, "channels": ["desk"]}, "ada")
        assert keeper.save({**rule, "channels": ["console"]}, "ada").id == "a"
        assert [one.id for one in keeper.list()] == ["mega-round", "a"]
        keeper.remove("a", "bob")
        assert [(one.actor, one.action) for one in Desk(store).journal()] == [
            ("bob", "rule.delete"),
            ("ada", "rule.put"),
        ]


@pytest.mark.parametrize("urls", ["json://10.0.0.7/x", "json://8.8.8.8/x json://localhost/x"])
def test_an_address_of_apprise_is_checked_before_a_rule_is_saved(tmp_path, urls):
    given = settings(tmp_path, f"[channels.team]\ntype = 'apprise'\nurls = '{urls}'")
    with open_store("sqlite://") as store, pytest.raises(BadRule, match=r"channel team: .*private or loopback address"):
        CheckedRules(store, given).save({"id": "a", "channels": ["team"], "when": {"kinds": ["debt"]}}, "ada")


def test_a_rule_without_channels_of_its_own_is_checked_with_those_of_the_settings(tmp_path):
    given = settings(
        tmp_path, None, alert_channels="webhook", alert_tables={"webhook": {"url": "https://8.8.8.8/hook"}}
    )
    with open_store("sqlite://") as store, pytest.raises(BadRule, match="missing: webhooks are signed"):
        CheckedRules(store, given).save({"id": "a", "when": {"kinds": ["debt"]}}, "ada")


def test_a_rule_goes_by_the_watch_list_as_it_is_and_needs_it_to_be_there_when_it_is_saved(tmp_path):
    rule = {"id": "a", "channels": ["console"], "when": {"watch": ["mine"]}}
    with open_store("sqlite://") as store:
        keeper = CheckedRules(store, settings(tmp_path, None))
        with pytest.raises(BadRule, match="watch does not know the list 'mine'; there is none"):
            keeper.save(rule, "ada")
        Desk(store).put_watch_list("mine", {"companies": ["Loomfield"]})
        keeper.save(rule, "ada")

        def watched(company: str) -> bool:
            rules = {rule.id: rule for rule in load_setup(settings(tmp_path, None), store).rules}
            return rules["a"].is_true_of(build_subject(event(company)))

        assert (watched("Loomfield"), watched("Kestrel")) == (True, False)
        Desk(store).put_watch_list("mine", {"companies": ["Kestrel"]})
        assert (watched("Loomfield"), watched("Kestrel")) == (False, True)
        # a list that is removed later stops no other rule
        Desk(store).remove_watch_list("mine")
        assert not watched("Kestrel")


def test_a_private_address_is_taken_where_the_channel_allows_it(tmp_path):
    text = f"[channels.desk]\ntype='webhook'\nurl='https://10.0.0.7/x'\nsecret='{SECRET}'\nallow_private=true"
    rule = {"id": "a", "channels": ["desk"], "when": {"kinds": ["debt"]}}
    with open_store("sqlite://") as store:
        assert CheckedRules(store, settings(tmp_path, text)).save(rule, "ada")


def test_a_channel_that_nobody_described_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="no channel 'desk'"):
        load_setup(settings(tmp_path, "[[rules]]\nid='a'\nchannels=['desk']\nwhen={kinds=['debt']}")).build_routes()


def test_rules_are_added_shown_and_removed_by_command(tmp_path, monkeypatch):
    monkeypatch.setenv("ROUNDWATCH_STORE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    good, bad = tmp_path / "good.toml", tmp_path / "bad.json"
    good.write_text('id = "chips"\ndigest = "daily"\nwhen = {sectors = ["ai-chips"]}', "utf-8")
    bad.write_text('{"id": "chips", "when": {"colour": "red"}}', "utf-8")
    assert invoke("alerts", "add", str(good)).stderr == "rule chips added\n"
    assert invoke("alerts", "add", str(good), "--by", "ada").stderr == "rule chips replaced\n"
    refused = invoke("alerts", "add", str(bad))
    assert (refused.exit_code, "unknown field 'colour'" in refused.stderr) == (1, True)
    assert "| chips | chips | console | daily | on, store |" in invoke("alerts", "list").stdout
    assert json.loads(invoke("alerts", "show", "chips").stdout)["digest"] == "daily"
    assert invoke("alerts", "test", "chips", "--since", "2025-01-01").exit_code == 0
    assert invoke("alerts", "channels").stdout == "ok  console\n"
    assert invoke("alerts", "remove", "chips", "--by", "bob").exit_code == 0
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        noted = [(entry.actor, entry.action, entry.subject) for entry in Desk(store).journal()]
    assert noted == [("bob", "rule.delete", "chips"), ("ada", "rule.put", "chips"), (getuser(), "rule.put", "chips")]
    missing = invoke("alerts", "remove", "chips")
    assert (missing.exit_code, "rule chips: the store has no such rule" in missing.stderr) == (1, True)
    assert invoke("alerts", "resend", "nothing").exit_code == 1


def test_dead_letters_are_listed_and_sent_again_by_command(tmp_path, monkeypatch):
    url, file = f"sqlite:///{tmp_path / 'store.sqlite'}", tmp_path / "alerts.jsonl"
    monkeypatch.setenv("ROUNDWATCH_STORE_URL", url)
    monkeypatch.setenv("ROUNDWATCH_ALERT_RULES", str(tmp_path / "none.toml"))
    monkeypatch.setenv("ROUNDWATCH_ALERT_CHANNELS", "file")
    monkeypatch.setenv("ROUNDWATCH_ALERT_ATTEMPTS", "1")
    monkeypatch.setenv("ROUNDWATCH_ALERT_FILE_PATH", str(tmp_path / "taken" / "alerts.jsonl"))
    (tmp_path / "taken").write_text("no folder")
    with open_store(url) as store:
        report(store, 2e8, MEGA_ROUND)
        [(_, alert)] = store.outbox.after(0)
    failed = invoke("alert")
    assert (failed.exit_code, "1 of 1 could not be delivered" in failed.stderr) == (1, True)
    shown = invoke("alerts", "dead").stdout
    assert alert.id in shown and "taken" in shown
    monkeypatch.setenv("ROUNDWATCH_ALERT_FILE_PATH", str(file))
    assert invoke("alert").exit_code == 0 and not file.exists()
    assert "1 messages are due again" in invoke("alerts", "resend", alert.id).stderr
    assert invoke("alerts", "dead").stdout.count(alert.id) == 0
    assert invoke("alert").exit_code == 0
    assert [json.loads(line)["id"] for line in file.read_text("utf-8").splitlines()] == [alert.id]


def test_a_bad_rule_is_no_reason_for_a_traceback(tmp_path, monkeypatch):
    monkeypatch.setenv("ROUNDWATCH_STORE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    monkeypatch.setenv("ROUNDWATCH_ALERT_RULES", str(tmp_path / "alerts.toml"))
    (tmp_path / "alerts.toml").write_text("[[rules]]\nid = 'x'\nwhen = {x = 1}")
    shown = invoke("merge")
    assert shown.exit_code == 1
    assert "rule x: unknown field 'x'" in shown.stderr
    assert BadRule.__mro__[1].__name__ == "BadInput"

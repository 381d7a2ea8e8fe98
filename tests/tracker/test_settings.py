from __future__ import annotations

import pytest

from domain.errors import SettingsError
from tracker.settings import load_settings


def test_defaults_need_no_environment():
    settings = load_settings()
    assert settings.store_url == "sqlite:///data/roundwatch.sqlite"
    assert settings.alert_channels == ("console",)


def test_the_environment_is_read_and_outranked_by_what_is_given(monkeypatch):
    monkeypatch.setenv("ROUNDWATCH_STORE_URL", "sqlite:///elsewhere.sqlite")
    monkeypatch.setenv("ROUNDWATCH_ALERT_CHANNELS", "console, webhook")
    monkeypatch.setenv("ROUNDWATCH_LOG_LEVEL", "debug")
    assert load_settings(log_level=None).store_url == "sqlite:///elsewhere.sqlite"
    assert load_settings().alert_channels == ("console", "webhook")
    assert load_settings().log_level == "DEBUG"
    assert load_settings(store_url="sqlite:///given.sqlite").store_url == "sqlite:///given.sqlite"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ROUNDWATCH_ALERT_TIMEOUT", "soon", "valid number"),
        ("ROUNDWATCH_ALERT_TIMEOUT", "0", "greater than 0"),
        ("ROUNDWATCH_ALERT_LANGUAGE", "de", "'zh' or 'en'"),
        ("ROUNDWATCH_LOG_LEVEL", "loud", "'DEBUG', 'INFO'"),
        ("ROUNDWATCH_EVERY", "often", "not an interval such as"),
        ("ROUNDWATCH_PUBLIC_URL", "example", "URL"),
        ("ROUNDWATCH_ALERT_ALLOW_PRIVATE", "perhaps", "boolean"),
    ],
)
def test_a_wrong_value_is_refused_with_the_variables_name(monkeypatch, name, value, says):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.subject == name
    assert says in caught.value.problem

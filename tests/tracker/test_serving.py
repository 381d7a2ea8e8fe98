from __future__ import annotations

import socket

import pytest

from domain.errors import SettingsError
from tracker.serving import build_address, check_port, find_port


def listen() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def test_the_next_free_port_is_found_where_the_first_is_taken():
    with listen() as taken:
        port = taken.getsockname()[1]
        assert find_port("127.0.0.1", port, tries=50) > port


def test_a_taken_port_is_named():
    with listen() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port}: cannot listen there"):
            check_port("127.0.0.1", port)
        with pytest.raises(SettingsError, match="none of 1 ports"):
            find_port("127.0.0.1", port, tries=1)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_the_address_shown_is_one_that_a_browser_takes(host, address):
    assert build_address(host, 80) == address

"""Alerts in a store by the real road, and mail servers and certificates for channels to talk to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.alert_rules import Rule, parse_rule
from storage.store import Store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import tell
from tracker.stages import merge

MEGA = {"id": "mega", "name": "Mega-rounds", "when": {"minimum_usd": 100_000_000}}


def rule(**changes: Any) -> Rule:
    return parse_rule({**MEGA, **changes})


def report(store: Store, usd: float = 2e8, *rules: Rule, company: str = "Loomfield", **fields: Any) -> dict[str, int]:
    """An article that tells of a round, merged; gives the merge's counts."""
    at = fields.pop("at", NOW)
    when = fields.pop("on", date(2025, 1, 22))
    source = fields.pop("source_id", "harbour")
    title = fields.pop("title", None)
    told = deal(company, amount=money(usd), round="series-b", **fields)
    tell(store, told, on=when, source_id=source, **({"title": title} if title else {}))
    return merge(store, rules or (rule(),), at)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "server.pem", folder / "server.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def build_server_context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*make_certificate(folder))
    return context


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mailbox:
    """What a mail server does with the mails that it gets."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refused: dict[str, str] = {}
        self.encrypted: list[bool] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.encrypted.append(session.ssl is not None)
        if self.answer.startswith("2"):
            self.mails.append(envelope)
        return self.answer


@contextmanager
def mail_server(folder: Path, *, starttls: bool = True, password: str | None = None) -> Iterator[tuple[Mailbox, int]]:
    """A mail server on loopback, with STARTTLS unless told otherwise."""
    box = Mailbox()

    def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=data.password.decode() == password, handled=False)

    options: dict[str, Any] = {"tls_context": build_server_context(folder)} if starttls else {}
    if password:
        options |= {"authenticator": authenticate, "auth_required": True}
    controller = Controller(box, hostname="127.0.0.1", port=find_free_port(), **options)
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()

"""Sends alerts by mail, as HTML and as plain text, over SMTP that is encrypted by STARTTLS unless told otherwise."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr

from api.alerts.message import Message
from domain.errors import DeliveryError, SettingsError
from tracker.alerts.addresses import resolve_now
from tracker.alerts.channels.kind import ChannelSettings
from tracker.settings import Addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

Encryption = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server: where it is, how the way there is encrypted, and who we are to it."""

    host: str
    port: int = 587
    encryption: Encryption = "starttls"
    user: str | None = None
    password: str | None = None
    # a file of certificates to trust instead of the machine's own
    ca_file: str | None = None


class MailChannel:
    """Mails each message to one recipient."""

    def __init__(
        self,
        server: Server,
        sender: str,
        recipient: str,
        *,
        allow_private: bool = False,
        timeout: float = 10,
    ) -> None:
        self._server = server
        self._sender = _parse(sender, "ROUNDWATCH_ALERT_MAIL_SENDER")
        self._recipient = _parse(recipient, "ROUNDWATCH_ALERT_MAIL_TO")
        self._allow_private = allow_private
        self._timeout = timeout

    @property
    def recipient(self) -> str:
        """The address that mails go to, without a name."""
        return self._recipient.addr_spec

    @property
    def subject(self) -> str:
        """How errors name this channel."""
        return f"mail server {self._server.host}:{self._server.port}"

    def check(self) -> None:
        """Raises DeliveryError where the server's address is not allowed."""
        resolve_now(self._server.host, self._server.port, allow_private=self._allow_private)

    def send(self, message: Message) -> None:
        """Hands the mail to the server; DeliveryError where that refuses it, for good where there is no such box."""
        self.check()
        mail = self._write(message)
        try:
            with self._connect() as server:
                server.send_message(mail)
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(self.subject, _explain(error), final=_is_final(error)) from error

    @contextmanager
    def _connect(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        trust = ssl.create_default_context(cafile=server.ca_file)
        if server.encryption == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=self._timeout, context=trust)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        with connection:
            if server.encryption == "starttls":
                # raises where the server does not offer it: nothing is sent in the clear by mistake
                connection.starttls(context=trust)
            if server.user:
                connection.login(server.user, server.password or "")
            yield connection

    def _write(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = " ".join(message.title.split())
        mail["From"] = self._sender
        mail["To"] = self._recipient
        mail["Date"] = formatdate()
        # the same over all tries, so that a mail program can fold a second copy into the first
        mail["Message-ID"] = f"<{message.id}@{self._sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        return mail


def _parse(text: str, variable: str) -> Address:
    name, spec = parseaddr(text)
    try:
        address = Address(name, addr_spec=spec)
    except Exception as error:
        # the parser raises whatever its grammar stumbles over
        raise SettingsError(variable, f"{text!r} is no mail address") from error
    if not address.username or not address.domain or not text.isprintable():
        raise SettingsError(variable, f"{text!r} is no mail address")
    return address


def _explain(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"refused user and password ({error.smtp_code})"
        case smtplib.SMTPRecipientsRefused():
            return "refused the recipient"
        case smtplib.SMTPNotSupportedError():
            return "offers no STARTTLS (ROUNDWATCH_ALERT_MAIL_ENCRYPTION says what to use)"
        case smtplib.SMTPResponseException():
            return f"answered {error.smtp_code}"
        case smtplib.SMTPException():
            return f"the exchange broke off ({type(error).__name__})"
        case ssl.SSLError():
            return f"cannot be trusted ({error.reason or 'no TLS'})"
        case TimeoutError():
            return "no answer in time"
    return f"cannot be reached ({getattr(error, 'strerror', None) or type(error).__name__})"


def _is_final(error: Exception) -> bool:
    """Whether the recipient was refused for good and not for now (RFC 5321, 4.2.1)."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )


class MailSettings(ChannelSettings, env_prefix="ROUNDWATCH_ALERT_MAIL_"):
    """The server, and who writes to whom."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    encryption: Encryption = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    sender: str = ""
    to: Addresses = ()
    ca_file: Path | None = None

    def build(self) -> dict[str, MailChannel]:
        """A channel for each recipient; SettingsError where something is missing."""
        for name, value in (("HOST", self.host), ("SENDER", self.sender), ("TO", self.to)):
            if not value:
                raise SettingsError(f"ROUNDWATCH_ALERT_MAIL_{name}", "missing: the channel 'mail' needs it")
        server = Server(
            self.host,
            self.port,
            self.encryption,
            self.user,
            self.password.get_secret_value() if self.password else None,
            str(self.ca_file) if self.ca_file else None,
        )
        built = [
            MailChannel(server, self.sender, each, allow_private=self.allow_private, timeout=self.timeout)
            for each in self.to
        ]
        return {channel.recipient: channel for channel in built}

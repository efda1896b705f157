"""What production refuses."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.settings.channels import MailTls
from gateway.settings.sections import Settings

__all__ = ["refused"]


def refused(settings: Settings) -> Iterator[str]:
    """List what may not be so where real customers are served; nothing elsewhere."""
    if not settings.server.is_production:
        return
    if not settings.server.public_url.startswith("https://"):
        yield "server.public_url: must start with https:// in production"
    if settings.access.demo_keys:
        yield "access.demo_keys: must be false in production"
    if settings.page.config is not None:
        yield "page.config: hands out tokens, so it must not be set in production"
    if settings.log.exception_text:
        yield "log.exception_text: may hold personal data, so it must be false in production"
    if settings.accounts.activation_url is not None and not settings.accounts.activation_url.startswith("https://"):
        yield "accounts.activation_url: must start with https:// in production"
    channels = settings.channels
    if channels.are_set and channels.mail.tls is MailTls.NONE:
        yield "channels.mail.tls: codes travel by mail, so it must not be none in production"
    if channels.are_set and not channels.sms.url.startswith("https://"):
        yield "channels.sms.url: must start with https:// in production"
    yield from _in_the_clear(settings)


def _in_the_clear(settings: Settings) -> Iterator[str]:
    acquirer = settings.acquirer
    for name, url in (("address", acquirer.address), ("return_url", acquirer.return_url)):
        if acquirer.is_set and not url.startswith("https://"):
            yield f"acquirer.{name}: must start with https:// in production"

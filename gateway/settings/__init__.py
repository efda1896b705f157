"""Settings: declared as dataclasses, read once at start, unknown names refused.

They come from a TOML file (``--config`` or ``GATEWAY_CONFIG``) with ``GATEWAY_<SECTION>_<KEY>`` variables over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.settings.accounts import AccountSettings, PasswordSettings, PictureSettings, ThrottleSettings
from gateway.settings.acquirer import AcquirerSettings
from gateway.settings.automatic import AutomaticSettings
from gateway.settings.channels import ChannelSettings, MailSettings, MailTls, SmsSettings
from gateway.settings.coalescing import CoalescingSettings
from gateway.settings.documents import DocumentMode, DocumentSettings
from gateway.settings.execution import ExecutionSettings
from gateway.settings.production import refused
from gateway.settings.reading import CONFIG_VARIABLE, SettingsError, read
from gateway.settings.resilience import ResilienceSettings
from gateway.settings.sections import (
    Access,
    Environment,
    Limits,
    Links,
    Log,
    LogLevel,
    Page,
    Server,
    Settings,
)
from gateway.settings.sources import CacheSettings, RedisSettings
from gateway.settings.store import OutboxSettings, StoreSettings

__all__ = [
    "CONFIG_VARIABLE",
    "OWN_SECTIONS",
    "Access",
    "AccountSettings",
    "AcquirerSettings",
    "AutomaticSettings",
    "CacheSettings",
    "ChannelSettings",
    "CoalescingSettings",
    "DocumentMode",
    "DocumentSettings",
    "Environment",
    "ExecutionSettings",
    "Limits",
    "Links",
    "Log",
    "LogLevel",
    "MailSettings",
    "MailTls",
    "OutboxSettings",
    "Page",
    "PasswordSettings",
    "PictureSettings",
    "RedisSettings",
    "ResilienceSettings",
    "Server",
    "Settings",
    "SettingsError",
    "SmsSettings",
    "StoreSettings",
    "ThrottleSettings",
    "load",
]

OWN_SECTIONS: Mapping[str, type] = {
    "server": Server,
    "access": Access,
    "links": Links,
    "accounts": AccountSettings,
    "passwords": PasswordSettings,
    "throttle": ThrottleSettings,
    "pictures": PictureSettings,
    "limits": Limits,
    "documents": DocumentSettings,
    "execution": ExecutionSettings,
    "coalescing": CoalescingSettings,
    "resilience": ResilienceSettings,
    "redis": RedisSettings,
    "cache": CacheSettings,
    "channels": ChannelSettings,
    "acquirer": AcquirerSettings,
    "store": StoreSettings,
    "outbox": OutboxSettings,
    "automatic": AutomaticSettings,
    "log": Log,
    "page": Page,
}


def load(adapters: Mapping[str, type], file: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read all settings. Raises: ``SettingsError`` with every problem found."""
    sections = read({**OWN_SECTIONS, **adapters}, file, environ)
    own: dict[str, Any] = {name: sections[name] for name in OWN_SECTIONS}
    settings = Settings(**own, adapters={name: sections[name] for name in adapters})
    if problems := tuple(refused(settings)):
        raise SettingsError(*problems)
    return settings

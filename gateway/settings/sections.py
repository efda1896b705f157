"""Every setting of the gateway's own. Those of the adapters stand in their folders and join by ``gateway.wiring``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from gateway.settings.accounts import AccountSettings, PasswordSettings, PictureSettings, ThrottleSettings
from gateway.settings.acquirer import AcquirerSettings
from gateway.settings.automatic import AutomaticSettings
from gateway.settings.channels import ChannelSettings
from gateway.settings.coalescing import CoalescingSettings
from gateway.settings.declaring import Between, Secret
from gateway.settings.documents import DocumentSettings
from gateway.settings.execution import ExecutionSettings
from gateway.settings.resilience import ResilienceSettings
from gateway.settings.sources import CacheSettings, RedisSettings
from gateway.settings.store import OutboxSettings, StoreSettings

__all__ = ["Access", "Environment", "Limits", "Links", "Log", "LogLevel", "Page", "Server", "Settings"]


class Environment(StrEnum):
    """What the process is for; production refuses whatever only helps to try things out."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogLevel(StrEnum):
    """Least weight of the lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the gateway listens, and how it is reached."""

    host: Annotated[str, "address to listen on"] = "127.0.0.1"
    port: Annotated[int, "TCP port to listen on; 0 takes a free one", Between(0, 65_535)] = 8080
    environment: Annotated[Environment, "development or production"] = Environment.PRODUCTION
    public_url: Annotated[str, "address by which clients reach the gateway, https in production"] = (
        "http://127.0.0.1:8080"
    )
    proxies: Annotated[
        int, "proxies of ours in front, each of which adds to X-Forwarded-For; 0 believes none of it", Between(0, 10)
    ] = 0
    shutdown_s: Annotated[float, "seconds that open requests get when the gateway stops", Between(0, 4.5)] = 3.0

    @property
    def is_production(self) -> bool:
        """Whether real customers are served."""
        return self.environment is Environment.PRODUCTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whose tokens are taken."""

    issuer: Annotated[str, "the `iss` of every token"]
    jwks: Annotated[Path, "file with the issuer's public keys, a JSON Web Key Set of Ed25519 keys"]
    audience: Annotated[str, "the `aud` that a token must name"] = "insurance-graph"
    leeway_s: Annotated[int, "seconds by which clocks may differ", Between(0, 300)] = 30
    max_token_bytes: Annotated[int, "longest token looked at", Between(256, 65_536)] = 4096
    demo_keys: Annotated[bool, "take keys whose id starts with demo-; refused in production"] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Short-lived links to documents."""

    key: Annotated[Secret, "what the links' key is derived from, at least 32 characters, the same for all replicas"]
    ttl_s: Annotated[int, "seconds that a link stays good", Between(1, 86_400)] = 300

    def __post_init__(self) -> None:
        if not self.key.is_long_enough:
            raise ValueError("the key must have at least 32 characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one request may ask for."""

    max_body_bytes: Annotated[int, "longest request body", Between(1024, 64 * 1024 * 1024)] = 1024 * 1024
    body_timeout_s: Annotated[float, "seconds that a request body may take to arrive", Between(0.1, 300)] = 10.0
    request_deadline_s: Annotated[float, "seconds that the legacy systems get for one operation", Between(0.1, 300)] = (
        10.0
    )
    download_deadline_s: Annotated[float, "seconds that one document may take to download", Between(1, 3600)] = 300.0
    max_tokens: Annotated[int, "lexical tokens of one GraphQL document", Between(10, 1_000_000)] = 4000
    max_depth: Annotated[int, "levels of nested fields", Between(1, 100)] = 14
    max_introspection_depth: Annotated[int, "levels of nested fields below __schema and __type", Between(1, 100)] = 20
    max_aliases: Annotated[int, "aliased fields, fragments expanded", Between(0, 10_000)] = 60
    max_root_fields: Annotated[int, "fields at the top of one operation, fragments expanded", Between(1, 1000)] = 20
    max_fields: Annotated[int, "fields of one operation, fragments expanded", Between(1, 1_000_000)] = 2000
    document_cache_bytes: Annotated[int, "memory for parsed documents, as estimated", Between(0, 2**34)] = (
        64 * 1024 * 1024
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is written down."""

    level: Annotated[LogLevel, "least weight of a line"] = LogLevel.INFO
    exception_text: Annotated[
        bool, "write the text of unknown errors, which may hold personal data; refused in production"
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The GraphQL page at /graphiql/."""

    enabled: Annotated[bool, "serve the page"] = False
    directory: Annotated[Path, "folder with the built page"] = Path("web/graphiql/dist")
    config: Annotated[Path | None, "JSON file with tabs and tokens to start with; refused in production"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, read once at start. ``adapters`` holds the adapters' sections by name."""

    server: Server
    access: Access
    links: Links
    limits: Limits
    documents: DocumentSettings
    execution: ExecutionSettings
    coalescing: CoalescingSettings
    resilience: ResilienceSettings
    redis: RedisSettings
    cache: CacheSettings
    channels: ChannelSettings
    log: Log
    page: Page
    adapters: Mapping[str, object]
    accounts: AccountSettings = field(default_factory=AccountSettings)
    passwords: PasswordSettings = field(default_factory=PasswordSettings)
    throttle: ThrottleSettings = field(default_factory=ThrottleSettings)
    pictures: PictureSettings = field(default_factory=PictureSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    outbox: OutboxSettings = field(default_factory=OutboxSettings)
    automatic: AutomaticSettings = field(default_factory=AutomaticSettings)
    acquirer: AcquirerSettings = field(default_factory=AcquirerSettings)

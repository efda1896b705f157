"""Settings of accounts: what tokens are signed with and how long they live, passwords, attempts, picture codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from gateway.settings.declaring import Between, Secret

__all__ = ["AccountSettings", "Limit", "PasswordSettings", "PictureSettings", "ThrottleSettings"]

MINUTE: Final = 60
DAY: Final = 24 * 60 * MINUTE
LIMIT: Final = re.compile(r"([1-9]\d{0,5}) per ([1-9]\d{0,6})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """Accounts of customers. Without the two secrets the gateway keeps none, and takes another issuer's tokens alone.

    ``access_s`` is also how long somebody who was signed out elsewhere can still read: short is safe, long is cheap.
    """

    signing_jwk: Annotated[
        Path | None,
        "File with the private Ed25519 key that signs tokens, a JSON Web Key; its public half must be in access.jwks",
    ] = None
    secret: Annotated[
        Secret | None,
        "What the keys of codes, counters and pictures are derived from, at least 32 characters, same for all replicas",
    ] = None
    access_s: Annotated[int, "Seconds that an access token is good", Between(30, 3600)] = 10 * MINUTE
    refresh_s: Annotated[int, "Seconds without use after which a session is over", Between(60, 366 * DAY)] = 30 * DAY
    session_s: Annotated[int, "Seconds after which a session is over all the same", Between(60, 731 * DAY)] = 180 * DAY
    refresh_again_s: Annotated[
        int,
        "Seconds for which a browser's tabs may use one refresh token, unless the next was used; 0 for never",
        Between(0, MINUTE),
    ] = 10
    registration_s: Annotated[int, "Seconds that a registration may take", Between(60, DAY)] = 60 * MINUTE
    code_s: Annotated[int, "Seconds that a one-time code is good", Between(30, DAY)] = 10 * MINUTE
    code_attempts: Annotated[int, "Wrong tries after which a one-time code is void", Between(1, 10)] = 5
    activation_url: Annotated[
        str | None,
        "Address that an activation link begins with, its token is added at the end; without it none is sent",
    ] = None
    personal_data_text: Annotated[str, "Version in force of the consent to the processing of personal data"] = "v1"
    marketing_text: Annotated[str, "Version in force of the consent to offers and news"] = "v1"
    electronic_documents_text: Annotated[str, "Version in force of the consent to electronic documents"] = "v1"
    activation_s: Annotated[int, "Seconds that an activation link is good", Between(60, 90 * DAY)] = 7 * DAY

    def __post_init__(self) -> None:
        if (self.signing_jwk is None) != (self.secret is None):
            raise ValueError("signing_jwk and secret: set both, or neither")
        if self.secret is not None and not self.secret.is_long_enough:
            raise ValueError("the secret must have at least 32 characters")
        if self.refresh_s > self.session_s:
            raise ValueError("refresh_s: no longer than session_s")
        if self.access_s > self.refresh_s:
            raise ValueError("access_s: no longer than refresh_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSettings:
    """How passwords are hashed: argon2id (RFC 9106), slow on purpose, so many at once.

    The second recommended option of the RFC with its passes, and its memory cut from 64 MiB until a hash takes a few
    tens of milliseconds of one core. One lane: several hashes are made side by side, so lanes would only let one
    sign-in take the cores of another.
    """

    memory_kib: Annotated[int, "Memory of one hash", Between(8, 4 * 1024 * 1024)] = 24 * 1024
    passes: Annotated[int, "Passes over the memory", Between(1, 100)] = 3
    lanes: Annotated[int, "Threads that make one hash", Between(1, 64)] = 1
    threads: Annotated[int, "Hashes made at once", Between(1, 64)] = 2
    nice: Annotated[
        int, "How far hashing stands back behind everything else of the process (Linux)", Between(0, 19)
    ] = 10
    queue: Annotated[int, "Callers that wait for their hash; more are refused", Between(0, 10_000)] = 64
    wait_s: Annotated[float, "Longest wait for a hash to begin", Between(0.01, 60)] = 2.0

    def __post_init__(self) -> None:
        if self.memory_kib < 8 * self.lanes:
            raise ValueError("memory_kib: at least 8 for each lane")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSettings:
    """Picture codes that tell people from programs."""

    voices: Annotated[
        Path | None,
        "Folder with a folder of voices for each language (ru, en); English digits are spoken where there is none",
    ] = None
    life_s: Annotated[int, "Seconds that a picture can be solved", Between(10, 3600)] = 5 * MINUTE
    threads: Annotated[int, "Pictures drawn and spoken at once", Between(1, 16)] = 1
    queue: Annotated[int, "Callers that wait for theirs; more are refused", Between(0, 1000)] = 16
    wait_s: Annotated[float, "Longest wait for a picture to begin", Between(0.01, 60)] = 3.0
    local_entries: Annotated[int, "Pictures of one process kept while Redis is away", Between(1, 1_000_000)] = 10_000


class Limit(NamedTuple):
    """So many attempts in any stretch of so many seconds."""

    attempts: int
    per_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleSettings:
    """How often something may be tried, each as 'ATTEMPTS per SECONDS': no more in any stretch of that length.

    Several people share an address of an office or a mobile operator; a policy, a phone or an account is one person's.
    """

    registration_address: Annotated[str, "Registrations begun from one network address"] = "20 per 3600"
    registration_policy: Annotated[str, "Registrations begun with one policy number"] = "5 per 3600"
    code_registration: Annotated[str, "Codes sent for one registration, to whatever contacts"] = "10 per 3600"
    question_client: Annotated[str, "Control questions answered about one client"] = "4 per 86400"
    finish_registration: Annotated[str, "Tries to finish one registration"] = "10 per 3600"
    sign_in_address: Annotated[str, "Tries to sign in from one network address"] = "60 per 600"
    sign_in_account: Annotated[str, "Tries to sign in with one login, and to one account by both"] = "10 per 900"
    sign_in_notice: Annotated[
        str, "Mails to an owner that tries with a login are used up; as long as sign_in_account"
    ] = "1 per 900"
    code_contact: Annotated[str, "Codes sent to one phone or e-mail"] = "5 per 3600"
    code_address: Annotated[str, "Codes asked for from one network address"] = "30 per 3600"
    recovery_address: Annotated[str, "Recoveries begun from one network address"] = "20 per 3600"
    recovery_account: Annotated[str, "Recoveries begun with one contact, and for one account by both"] = "5 per 3600"
    finish_recovery: Annotated[str, "Tries to finish one recovery"] = "10 per 3600"
    refresh_address: Annotated[str, "Sessions prolonged from one network address"] = "300 per 600"
    payment_account: Annotated[str, "Payments begun by one account"] = "30 per 600"
    renewal_account: Annotated[str, "Renewals priced for one account"] = "30 per 600"
    picture_address: Annotated[str, "Picture codes for one network address"] = "60 per 600"
    alone_share: Annotated[
        float, "Share of each limit that one process allows by itself while Redis is away", Between(0, 1)
    ] = 0.25
    local_entries: Annotated[int, "Counters of one process while Redis is away", Between(1, 10_000_000)] = 100_000

    def __post_init__(self) -> None:
        self.table()

    def table(self) -> Mapping[str, Limit]:
        """Return every limit by its name. Raises: ``ValueError``."""
        texts = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _limit(name, text) for name, text in texts.items() if isinstance(text, str)}


def _limit(name: str, text: str) -> Limit:
    found = LIMIT.fullmatch(text)
    if found is None:
        raise ValueError(f"{name}: 'ATTEMPTS per SECONDS' is wanted, such as '10 per 900'")
    return Limit(int(found[1]), int(found[2]))

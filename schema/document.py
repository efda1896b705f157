"""Files and the links that open them."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from domain import models, ports
from resolvers import files, privacy
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.caching import ASK_AGAIN, PART
from schema.fields import computed
from schema.node import part_id
from schema.shown import shown

__all__ = ["ClaimFile", "DownloadLink", "PolicyDocument"]


@shown(ports.SignedLink, description="A short-lived address that opens one file for one viewer.")
class DownloadLink:
    """Signed link."""

    url: str = strawberry.field(description="Where to fetch the file with GET. Access is checked again there.")
    expires_at: datetime = strawberry.field(description="Until when it works.")


@shown(models.PolicyDocument, description="A document of a policy.", keep=ASK_AGAIN)
class PolicyDocument:
    """Document."""

    id = part_id("PolicyDocument", lambda root: root.key.document_id)
    kind: models.DocumentKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(description="Title for people, in Russian.")
    file_name: str = strawberry.field(description="Name to save it under.")
    media_type: str = strawberry.field(description="Media type, for example application/pdf.")
    size_bytes: int | None = strawberry.field(description="Size of the file in bytes, if known.")
    issued_on: date | None = strawberry.field(description="Day of issue.")
    download = computed(
        files.policy_document_link,
        DownloadLink | None,
        description="Link to the file; null for employees, since documents show persons in full.",
    )


@shown(models.ClaimFile, description="A file uploaded to a claim.", keep=PART)
class ClaimFile:
    """Uploaded file."""

    id = part_id("ClaimFile", lambda root: f"{root.key.claim}/{root.key.file_id}")
    file_name = computed(
        privacy.file_name,
        str,
        description="Name it was uploaded under; its ending alone for employees who do not see it whole.",
    )
    media_type: str = strawberry.field(description="Media type.")
    size_bytes: int = strawberry.field(description="Size in bytes.")
    uploaded_at: datetime = strawberry.field(description="When it came.")
    download = computed(
        files.claim_file_link,
        DownloadLink | None,
        description="Link to the file; null for employees.",
    )

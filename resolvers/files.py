"""Links to files, and the access rule that is checked again when one is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import models
from domain.errors import GatewayError, SourceError
from domain.ports import FileKey, Missing, SignedLink
from resolvers import lookup

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["claim_file_link", "may_open", "policy_document_link"]


def policy_document_link(document: models.PolicyDocument, ctx: Context) -> SignedLink | None:
    """Link to a policy's document; None for employees, since documents show persons in full."""
    return link(ctx, document.key, document.file_name)


def claim_file_link(file: models.ClaimFile, ctx: Context) -> SignedLink | None:
    """Link to an uploaded file; None for employees."""
    return link(ctx, file.key, file.file_name)


def link(ctx: Context, key: FileKey, file_name: str) -> SignedLink | None:
    """Sign a link for a viewer who may open files."""
    return ctx.links.sign(ctx.signed_in(), key, file_name) if ctx.opens_files else None


async def may_open(ctx: Context, key: FileKey) -> bool:
    """Return whether the viewer's own graph holds this file now. Raises: ``SourceError``, ``Refused``."""
    if not ctx.opens_files:
        return False
    if isinstance(key, models.DocumentKey):
        return await _holds_document(ctx, key)
    [claim] = await lookup.claims(ctx, [key.claim])
    if isinstance(claim, GatewayError):
        raise claim
    return claim is not None and any(
        file.key == key for document in claim.required_documents for file in document.files
    )


async def _holds_document(ctx: Context, key: models.DocumentKey) -> bool:
    [policy] = await lookup.policies_by_number(ctx, [key.policy])
    if isinstance(policy, GatewayError):
        raise policy
    if policy is None:
        return False
    documents = await ctx.one(ctx.reads.documents, policy.key)
    if isinstance(documents, SourceError):
        raise documents
    return not isinstance(documents, Missing) and any(document.key == key for document in documents)

"""Puts together what decides which documents are run."""

from __future__ import annotations

from graphql import GraphQLSchema

from domain.clock import Clock
from gateway.documents.admission import Admission
from gateway.documents.automatic import Automatic
from gateway.documents.checking import checked_by, fresh
from gateway.documents.folder import read_library
from gateway.documents.library import Library
from gateway.documents.shelf import Shelf
from gateway.limits.documents import Documents
from gateway.observability.metrics import Metrics
from gateway.settings import DocumentSettings, Limits

__all__ = ["admission"]


def admission(
    settings: DocumentSettings,
    limits: Limits,
    schema: GraphQLSchema,
    documents: Documents,
    clock: Clock,
    metrics: Metrics,
) -> Admission:
    """Read the lists. ``documents`` are those parsed for requests. Raises: ``ManifestsUnfit``."""
    folder = settings.manifests

    def read() -> Library:
        return Library() if folder is None else read_library(folder, fresh(limits, schema))

    return Admission(
        settings.mode,
        Shelf(read, metrics),
        Automatic(settings.automatic_bytes),
        checked_by(documents, schema),
        clock,
        metrics,
    )

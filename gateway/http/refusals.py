"""Requests that are refused before anything is looked up.

::

    RequestRefused
    ├── MethodNotAllowed      only GET and POST
    ├── MutationOverGet       an address must be safe to open
    ├── ForeignRequest        a cookie that may have been sent by another site's page
    ├── NotAcceptable         neither of our media types
    ├── UnsupportedMediaType  a body that is not JSON in UTF-8
    ├── BodyTooLarge
    ├── BodyTimeout           the body did not arrive in time
    ├── MalformedJson
    ├── BatchRefused          one operation per request
    ├── MalformedRequest      JSON, but not a GraphQL request
    └── OperationUnknown      no such operation in the document, or no telling which
"""

from __future__ import annotations

from domain.errors import GatewayError

__all__ = [
    "BatchRefused",
    "BodyTimeout",
    "BodyTooLarge",
    "ForeignRequest",
    "MalformedJson",
    "MalformedRequest",
    "MethodNotAllowed",
    "MutationOverGet",
    "NotAcceptable",
    "OperationUnknown",
    "RequestRefused",
    "UnsupportedMediaType",
]


class RequestRefused(GatewayError):
    """Root of the requests that are refused by their form."""


class MethodNotAllowed(RequestRefused):
    """The route does not take this method."""


class MutationOverGet(RequestRefused):
    """Only queries may be sent by GET."""


class ForeignRequest(RequestRefused):
    """Our cookie came with a request that another site's page could have made."""


class NotAcceptable(RequestRefused):
    """The client takes none of the types that there are."""


class UnsupportedMediaType(RequestRefused):
    """The body's type is not taken."""


class BodyTooLarge(RequestRefused):
    """The body is over the limit. Units: ``limit`` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class BodyTimeout(RequestRefused):
    """The body did not arrive in time."""


class MalformedJson(RequestRefused):
    """The text is not JSON in UTF-8; ``parameter`` names the one that holds it, None for the body."""

    def __init__(self, parameter: str | None = None) -> None:
        super().__init__(parameter)
        self.parameter = parameter


class BatchRefused(RequestRefused):
    """Several operations came in one request."""


class MalformedRequest(RequestRefused):
    """A parameter is missing or of the wrong type."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter)
        self.parameter = parameter


class OperationUnknown(RequestRefused):
    """The document has no operation of this name, or several and no name was given."""

"""What the demo prints when everything runs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from dev.demo.files import LABELS, page_is_built
from dev.demo.stack import Stack

__all__ = ["banner", "curl"]


def curl(url: str, headers: Path, body: Path) -> str:
    """Return the line that asks for the home screen; it can be pasted into any shell, in any folder."""
    return f"curl -s {url}/graphql -H @{shlex.quote(str(headers))} -d @{shlex.quote(str(body))}"


def banner(stack: Stack, request: str) -> str:
    """Put together addresses, tokens, a first request and the way out."""
    return "\n".join(lines(stack, request))


def lines(stack: Stack, request: str) -> Iterator[str]:
    """Yield the block line by line."""
    yield ""
    page = f"{stack.url}/graphiql/" if page_is_built() else "not built: make page"
    yield f"GraphQL page   {page}"
    yield f"GraphQL        {stack.url}/graphql"
    if stack.messages is not None:
        yield f"Messages       {stack.messages.url}/ what was sent by SMS and mail"
    yield ""
    yield "Tokens (made for this run, worth nothing anywhere else)"
    for name, token in stack.tokens.items():
        yield f"  {LABELS[name]:<36} {token}"
    yield ""
    yield "Home screen of the first client:"
    yield f"  {request}"
    yield ""
    yield "Legacy systems, simulated (the admin port counts calls and takes faults: dev/simulators/README.md)"
    for name, address in stack.systems.items():
        yield f"  {name:<14} {address.url}   admin {address.admin_url}"
    if stack.messages is not None:
        yield f"  {'messages':<14} {stack.messages.url}   admin {stack.messages.admin_url}"
    if stack.acquirer is not None:
        yield f"  {'acquirer':<14} {stack.acquirer.url}   admin {stack.acquirer.admin_url}"
    yield ""
    if stack.options.verbose:
        yield f"Logs           {stack.folder}/*.log, until the end of this run"
    yield "Ctrl-C stops everything."

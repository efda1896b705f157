"""``python -m gateway explain FILE.graphql``: print how an operation is executed, and the code that does it."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from graphql import GraphQLError, parse, validate

from gateway.execution import Compiled, Executor, Unsupported
from gateway.execution.executor import chosen, operations_of
from gateway.execution.explaining import drawn, tree
from gateway.limits.documents import RULES
from schema import root

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("file", type=Path, help="GraphQL document")
    parser.add_argument("--operation", help="name of the operation, where the document has several")


def run(options: Namespace) -> int:
    """Print the stages as a tree, then the source."""
    try:
        found = asyncio.run(explained(options.file.read_text(encoding="utf-8"), options.operation))
    except OSError as missing:
        return failed(f"{options.file}: {missing.strerror}")
    except UnicodeDecodeError:
        return failed(f"{options.file}: not UTF-8")
    except GraphQLError as wrong:
        return failed(f"{options.file}: {wrong}")
    except Unsupported as unsupported:
        return failed(f"{options.file}: interpreted, not compiled: {unsupported.reason}")
    print(drawn(tree(found.plan)))
    print()
    print(found.source, end="")
    return 0


async def explained(text: str, operation: str | None) -> Compiled:
    """Compile an operation. Raises: ``GraphQLError``, ``Unsupported``."""
    schema = root.build()._schema  # noqa: SLF001 - Strawberry has no public name for graphql-core's schema
    document = parse(text)
    for error in validate(schema, document, RULES):
        raise error
    if chosen(operations_of(document), operation) is None:
        raise GraphQLError("No such operation." if operation else "Several operations: choose one with --operation.")
    return await Executor(schema, native_json=True).prepare(document, operation)


def failed(why: str) -> int:
    """Say why there is nothing to print."""
    print(f"explain: {why}", file=sys.stderr)
    return 1

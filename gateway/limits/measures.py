"""How big an operation is, fragments expanded, without expanding them.

Every fragment is measured once and its measures are added where it is spread, so a document of a few lines whose
fragments double at each step costs no more than its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
)

__all__ = ["Measures", "measured"]

INTROSPECTION: Final = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Measures:
    """Size of a selection.

    ``width`` counts its topmost fields, ``fields`` all of them; ``introspection_depth`` is the depth below ``__schema``
    and ``__type``, which ``depth`` leaves out.
    """

    depth: int = 0
    introspection_depth: int = 0
    width: int = 0
    fields: int = 0
    aliases: int = 0

    def beside(self, other: Measures) -> Measures:
        """Measures of two selections in one set."""
        return Measures(
            depth=max(self.depth, other.depth),
            introspection_depth=max(self.introspection_depth, other.introspection_depth),
            width=self.width + other.width,
            fields=self.fields + other.fields,
            aliases=self.aliases + other.aliases,
        )

    def under(self, field: FieldNode) -> Measures:
        """Measures of a field with this selection below it."""
        introspects = field.name.value in INTROSPECTION
        return Measures(
            depth=1 if introspects else self.depth + 1,
            introspection_depth=self.depth + 1 if introspects else self.introspection_depth,
            width=1,
            fields=self.fields + 1,
            aliases=self.aliases + (field.alias is not None),
        )


def measured(document: DocumentNode) -> Iterable[Measures]:
    """Measure every operation of a document.

    A fragment that spreads itself, and one that is not there, count nothing: validation reports them by itself.
    Raises: ``RecursionError`` for a chain of fragments longer than the interpreter's stack.
    """
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    measurer = _Measurer(fragments)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield measurer.selections(definition.selection_set.selections)


class _Measurer:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Measures] = {}

    def selections(self, nodes: Iterable[SelectionNode]) -> Measures:
        total = Measures()
        for node in nodes:
            total = total.beside(self._selection(node))
        return total

    def _selection(self, node: SelectionNode) -> Measures:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        selection_set = getattr(node, "selection_set", None)
        below = self.selections(selection_set.selections) if selection_set is not None else Measures()
        return below.under(node) if isinstance(node, FieldNode) else below

    def _fragment(self, name: str) -> Measures:
        if name not in self._known:
            # Set before going in, so that a fragment that comes back to itself ends here.
            self._known[name] = Measures()
            if (fragment := self._fragments.get(name)) is not None:
                self._known[name] = self.selections(fragment.selection_set.selections)
        return self._known[name]

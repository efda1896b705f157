"""Which features of the specification's execution section a case exercises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    ListTypeNode,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_interface_type,
    is_list_type,
    is_union_type,
    visit,
)

from tests.execution.reference import Case

__all__ = ["FEATURES", "features"]

REQUEST: Final = "6.1 Executing Requests"
VARIABLES: Final = "6.1.2 Coercing Variable Values"
OPERATIONS: Final = "6.2 Executing Operations"
COLLECTION: Final = "6.3 Executing Selection Sets"
ARGUMENTS: Final = "6.4.1 Coercing Field Arguments"
COMPLETION: Final = "6.4.3 Value Completion"
ERRORS: Final = "6.4.4 Handling Execution Errors"

FEATURES: Final[dict[str, tuple[str, ...]]] = {
    REQUEST: (
        "operation without a name",
        "operation by its name",
        "one of several operations",
        "operation not found",
    ),
    VARIABLES: (
        "given",
        "null given",
        "left out",
        "left out, default taken",
        "list",
        "input object",
        "not coercible",
    ),
    OPERATIONS: ("query", "mutation", "mutation of several fields"),
    COLLECTION: (
        "alias",
        "merged fields",
        "merged selection sets",
        "fragment",
        "fragment in a fragment",
        "fragment spread twice",
        "fragment on an interface",
        "fragment on a union",
        "inline fragment",
        "inline fragment without a type",
        "@skip by literal",
        "@skip by variable",
        "@include by literal",
        "@include by variable",
        "@skip and @include",
        "directive on a fragment",
        "__typename",
        "introspection",
    ),
    ARGUMENTS: (
        "literal",
        "null literal",
        "variable",
        "default taken",
        "enum",
        "custom scalar",
        "list",
        "one item for a list",
        "list of lists",
        "input object",
        "input object in another",
        "one-of",
        "variable in a list",
        "variable in an input object",
        "variable in a one-of",
    ),
    COMPLETION: (
        "leaf",
        "list",
        "list of lists",
        "object",
        "interface",
        "union",
        "null",
        "leaf not coercible",
        "not a list",
        "not of the object's type",
        "abstract type not told",
        "null where it may not be",
    ),
    ERRORS: (
        "raised",
        "returned",
        "of all sources at once",
        "in a list's item",
        "with extensions",
        "several",
        "null at the field itself",
        "null one level up",
        "null more levels up",
        "null in a list's item above",
        "null instead of all data",
    ),
}


def features(schema: GraphQLSchema, case: Case, result: ExecutionResult) -> set[tuple[str, str]]:
    """Return (section, feature) pairs of a case that was run."""
    seen = {*of_request(case, result), *of_errors(result), *of_data(result.data)}
    info = TypeInfo(schema)
    visitor = Seen(info)
    visit(case.document, TypeInfoVisitor(info, visitor))
    spreads = Counter(visitor.spreads)
    if any(count > 1 for count in spreads.values()):
        seen.add((COLLECTION, "fragment spread twice"))
    return {*seen, *visitor.found, *of_merging(case.document)}


def of_request(case: Case, result: ExecutionResult) -> Iterator[tuple[str, str]]:
    """Look at the operation, and at its variables."""
    operations = [each for each in case.document.definitions if isinstance(each, OperationDefinitionNode)]
    chosen = [each for each in operations if each.name and each.name.value == case.operation_name]
    if len(operations) > 1:
        yield REQUEST, "one of several operations" if chosen else "operation not found"
    elif case.operation_name:
        yield REQUEST, "operation by its name"
    elif not operations[0].name:
        yield REQUEST, "operation without a name"
    running = (chosen or operations)[0]
    yield OPERATIONS, running.operation.value
    if running.operation.value == "mutation" and len(running.selection_set.selections) > 1:
        yield OPERATIONS, "mutation of several fields"
    for each in running.variable_definitions or ():
        given = (case.variables or {}).get(each.variable.name.value, Undefined)
        if given is Undefined:
            yield VARIABLES, "left out, default taken" if each.default_value else "left out"
        else:
            yield VARIABLES, "null given" if given is None else "given"
        if isinstance(given, dict):
            yield VARIABLES, "input object"
        if isinstance(each.type, ListTypeNode):
            yield VARIABLES, "list"
    if result.data is None and any(error.message.startswith("Variable '$") for error in result.errors or ()):
        yield VARIABLES, "not coercible"


MESSAGES: Final = (
    ("Cannot return null for non-nullable", COMPLETION, "null where it may not be"),
    ("Expected Iterable", COMPLETION, "not a list"),
    ("Expected value of type", COMPLETION, "not of the object's type"),
    ("Abstract type", COMPLETION, "abstract type not told"),
    ("Runtime Object type", COMPLETION, "abstract type not told"),
    ("cannot represent", COMPLETION, "leaf not coercible"),
    ("coerce_output_value", COMPLETION, "leaf not coercible"),
    (" failed at ", ERRORS, "raised"),
    (" gave an error at ", ERRORS, "returned"),
    (" is down", ERRORS, "of all sources at once"),
)


def of_errors(result: ExecutionResult) -> Iterator[tuple[str, str]]:
    """Look at what the errors say, and at where they left a null."""
    errors = [error for error in result.errors or () if error.path]
    if len(errors) > 1:
        yield ERRORS, "several"
    for error in errors:
        yield from ((section, name) for text, section, name in MESSAGES if text in error.message)
        if error.extensions:
            yield ERRORS, "with extensions"
        yield from of_null(result.data, error)


def of_null(data: Any, error: GraphQLError) -> Iterator[tuple[str, str]]:
    """Look at where an error left a null."""
    path = error.path or []
    if isinstance(path[-1], int):
        yield ERRORS, "in a list's item"
    for depth, step in enumerate(path):
        if data is None:
            levels = len(path) - depth
            yield ERRORS, "null instead of all data" if depth == 0 else LEVELS.get(levels, "null more levels up")
            if depth and isinstance(path[depth - 1], int):
                yield ERRORS, "null in a list's item above"
            return
        data = data[step]
    yield ERRORS, "null at the field itself"


LEVELS: Final = {1: "null one level up"}


def of_data(data: Any) -> Iterator[tuple[str, str]]:
    """Look at what values there are."""
    stack = [data]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            yield COMPLETION, "object"
            stack.extend(each.values())
        elif isinstance(each, list):
            yield COMPLETION, "list"
            if any(isinstance(inner, list) for inner in each):
                yield COMPLETION, "list of lists"
            stack.extend(each)
        else:
            yield COMPLETION, "null" if each is None else "leaf"


class Seen(Visitor):
    """Gathers what a document has."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.found: set[tuple[str, str]] = set()
        self.spreads: list[str] = []
        self._named = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Look at a field."""
        kind, name = self.info.get_type(), node.name.value
        if node.alias:
            self.found.add((COLLECTION, "alias"))
        if name.startswith("__"):
            self.found.add((COLLECTION, "__typename" if name == "__typename" else "introspection"))
        named = get_named_type(kind) if kind else None
        if is_interface_type(named) or is_union_type(named):
            self.found.add((COMPLETION, "union" if is_union_type(named) else "interface"))
        field = self.info.get_field_def()
        given = {each.name.value for each in node.arguments or ()}
        if field and any(each.default and key not in given for key, each in field.args.items()):
            self.found.add((ARGUMENTS, "default taken"))
        self.directed(node)

    def directed(self, node: FieldNode | InlineFragmentNode | FragmentSpreadNode) -> None:
        """Look at directives."""
        for each in node.directives or ():
            how = "variable" if isinstance((each.arguments or ())[0].value, VariableNode) else "literal"
            self.found.add((COLLECTION, f"@{each.name.value} by {how}"))
        if len(node.directives or ()) > 1:
            self.found.add((COLLECTION, "@skip and @include"))
        if node.directives and not isinstance(node, FieldNode):
            self.found.add((COLLECTION, "directive on a fragment"))

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> None:
        """Look at an inline fragment."""
        self.found.add((COLLECTION, "inline fragment" if node.type_condition else "inline fragment without a type"))
        if node.type_condition:
            self.conditional()
        self.directed(node)

    def conditional(self) -> None:
        """Look at a type condition."""
        kind = self.info.get_type()
        if is_interface_type(kind) or is_union_type(kind):
            self.found.add((COLLECTION, f"fragment on {'a union' if is_union_type(kind) else 'an interface'}"))

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        """Look at a fragment."""
        self._named = True
        self.conditional()

    def leave_fragment_definition(self, *_: Any) -> None:
        """Leave it."""
        self._named = False

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        """Look at a spread."""
        self.spreads.append(node.name.value)
        self.found.add((COLLECTION, "fragment in a fragment" if self._named else "fragment"))
        self.directed(node)

    def enter_argument(self, node: Any, *_: Any) -> None:
        """Look at an argument of a field."""
        argument = self.info.get_argument()
        if self.info.get_directive() or argument is None:
            return
        self.found.add((ARGUMENTS, "variable" if isinstance(node.value, VariableNode) else "literal"))
        self.found.update((ARGUMENTS, name) for name in of_argument(argument.type, node.value))

    def __repr__(self) -> str:
        return f"Seen({len(self.found)})"


def of_argument(kind: Any, node: Node) -> Iterator[str]:
    """Name what is special about an argument's type and value."""
    inner = get_nullable_type(kind)
    if isinstance(node, NullValueNode):
        yield "null literal"
    elif is_list_type(inner):
        yield from of_list(inner, node)
    elif is_input_object_type(inner):
        yield "one-of" if inner.is_one_of else "input object"
        if isinstance(node, ObjectValueNode):
            yield from of_input_object(inner, node)
    elif hasattr(inner, "values"):
        yield "enum"
    elif inner.name in {"Decimal", "Date", "Anything"}:
        yield "custom scalar"


def of_list(kind: Any, node: Node) -> Iterator[str]:
    """Name what is special about a list."""
    yield "list"
    if is_list_type(get_nullable_type(kind.of_type)):
        yield "list of lists"
    if isinstance(node, ListValueNode):
        for each in node.values:
            yield from ["variable in a list"] if isinstance(each, VariableNode) else of_argument(kind.of_type, each)
    elif not isinstance(node, VariableNode):
        yield "one item for a list"


def of_input_object(kind: Any, node: ObjectValueNode) -> Iterator[str]:
    """Name what is special about an input object."""
    for each in node.fields:
        if isinstance(each.value, VariableNode):
            yield "variable in a one-of" if kind.is_one_of else "variable in an input object"
        elif isinstance(each.value, ObjectValueNode):
            yield "input object in another"
        yield from of_argument(kind.fields[each.name.value].type, each.value)


def of_merging(document: DocumentNode) -> Iterator[tuple[str, str]]:
    """Look for fields that are asked for twice in one place."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            continue
        stack = [[definition.selection_set]]
        while stack:
            together = grouped(stack.pop(), fragments)
            for nodes in together.values():
                inner = [node.selection_set for node in nodes if node.selection_set]
                if len(nodes) > 1:
                    yield COLLECTION, "merged selection sets" if inner else "merged fields"
                if inner:
                    stack.append(inner)


def grouped(sets: list[SelectionSetNode], fragments: dict[str, FragmentDefinitionNode]) -> dict[str, list[FieldNode]]:
    """Group the fields of selection sets by response name, whatever the type conditions."""
    groups: dict[str, list[FieldNode]] = {}
    seen: set[str] = set()
    stack = list(reversed(sets))
    while stack:
        for each in stack.pop().selections:
            if isinstance(each, FieldNode):
                groups.setdefault((each.alias or each.name).value, []).append(each)
            elif isinstance(each, InlineFragmentNode):
                stack.append(each.selection_set)
            elif isinstance(each, FragmentSpreadNode) and each.name.value not in seen:
                seen.add(each.name.value)
                stack.append(fragments[each.name.value].selection_set)
    return groups

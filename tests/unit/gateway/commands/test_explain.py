"""``python -m gateway explain``: the stages as a tree, then the code; what is wrong goes to stderr."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.__main__ import main
from gateway.execution import Unsupported

HOME = """
query Home {
  viewer { client { profile { name { first } } policies { edges { node { number } } } } }
}
"""
TWO = "query One { __typename } query Two { viewer { client { profile { email { masked } } } } }"

Explained = Callable[..., tuple[int, str, str]]


@pytest.fixture
def explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Explained:
    """Explain a text in a file; give the exit code, what was printed and what was complained of."""

    def run(text: str | bytes, *options: str) -> tuple[int, str, str]:
        file = tmp_path / "asked.graphql"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = main(["explain", str(file), *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err.replace(str(file), "FILE")

    return run


def test_it_prints_the_tree_then_the_source(explained: Explained) -> None:
    code, out, err = explained(HOME)
    tree, _, source = out.partition("\n\n")
    assert (code, err) == (0, "")
    assert tree.splitlines() == [
        "viewer: Viewer   entry resolvers.root.viewer",
        "├─ client.profile: ClientProfile   batch resolvers.clients.profile",
        "└─ client.policies: PolicyConnection   batch resolvers.clients.policies",
    ]
    compile(source, "<source>", "exec")
    assert "async def operation(run" in source


def test_one_of_several_operations_is_chosen_by_its_name(explained: Explained) -> None:
    code, out, _ = explained(TWO, "--operation", "Two")
    assert code == 0
    assert "resolvers.clients.profile" in out


@pytest.mark.parametrize(
    ("text", "options", "complaint"),
    [
        pytest.param("{ viewer {", (), "Syntax Error", id="syntax"),
        pytest.param("{ nothing }", (), "Cannot query field 'nothing'", id="unknown field"),
        pytest.param(TWO, (), "Several operations: choose one with --operation", id="several operations"),
        pytest.param(TWO, ("--operation", "Three"), "No such operation", id="unknown operation"),
        pytest.param(b"{ \xff }", (), "not UTF-8", id="bytes"),
    ],
)
def test_what_is_wrong_is_told_on_stderr_with_exit_code_1(
    explained: Explained, text: str | bytes, options: tuple[str, ...], complaint: str
) -> None:
    code, out, err = explained(text, *options)
    assert (code, out) == (1, "")
    assert err.startswith(f"explain: FILE: {complaint}")
    assert "Traceback" not in err


def test_an_operation_that_is_interpreted_is_told_so(explained: Explained, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_args: Any, **_options: Any) -> Any:
        raise Unsupported("some reason")

    monkeypatch.setattr("gateway.execution.executor.planned", unsupported)
    assert explained(HOME) == (1, "", "explain: FILE: interpreted, not compiled: some reason\n")


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["explain", str(tmp_path / "none.graphql")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"explain: {tmp_path}/none.graphql: No such file or directory\n"

"""The command line, as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from dev.tokens import PEOPLE, DemoIssuer
from gateway.__main__ import main
from tests.unit.gateway.documents.lists import apollo, placed, sha256
from tests.unit.gateway.serving import HANGS_S, environment, serving

Ended = Callable[..., tuple[int, str]]


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ended:
    """Run a command that ends by itself; give its exit code and what it complained of."""

    def run(environ: Mapping[str, str], *arguments: str) -> tuple[int, str]:
        for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
            monkeypatch.delenv(name)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        code = main(arguments)
        printed = capsys.readouterr()
        assert printed.out == ""
        return code, printed.err

    return run


@pytest.fixture
def issuer() -> DemoIssuer:
    return DemoIssuer()


@pytest.fixture
def jwks(tmp_path: Path, issuer: DemoIssuer) -> Path:
    file = tmp_path / "jwks.json"
    issuer.write_jwks(file)
    return file


def test_wrong_settings_are_told_in_a_line_each(jwks: Path) -> None:
    environ = environment(jwks, GATEWAY_SERVER_PROT="1", GATEWAY_LINKS_KEY="short", GATEWAY_LIMITS_MAX_DEPTH="deep")
    command = [sys.executable, "-m", "gateway", "serve"]
    process = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=HANGS_S, check=False)
    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr.splitlines() == [
        "settings: GATEWAY_LIMITS_MAX_DEPTH: got 'deep', but a whole number is wanted",
        "settings: environment: unknown setting GATEWAY_SERVER_PROT; did you mean GATEWAY_SERVER_PORT?",
        "settings: links: the key must have at least 32 characters",
    ]


def test_settings_come_from_a_file_by_option_or_variable(jwks: Path, tmp_path: Path, ended: Ended) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text("[server]\nprot = 1", encoding="utf-8")
    expected = f"settings: {file}: unknown setting server.prot; did you mean server.port?\n"
    assert ended(environment(jwks), "serve", "--config", str(file)) == (2, expected)
    assert ended(environment(jwks, GATEWAY_CONFIG=str(file)), "serve") == (2, expected)


def test_production_refuses_demo_keys_and_a_moved_clock(jwks: Path, ended: Ended) -> None:
    production = environment(
        jwks,
        GATEWAY_SERVER_ENVIRONMENT="production",
        GATEWAY_SERVER_PUBLIC_URL="https://graph.example",
        GATEWAY_ACCESS_DEMO_KEYS="false",
    )
    assert ended(production, "serve") == (
        2,
        f"settings: access.jwks: {jwks}, key 1: a demo key; it is taken only with access.demo_keys\n",
    )
    assert ended(production, "serve", "--now", "2026-01-15T12:00:00") == (2, "settings: --now: refused in production\n")


def test_a_taken_port_is_told(jwks: Path, ended: Ended) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, problems = ended(environment(jwks, GATEWAY_SERVER_PORT=port), "serve")
    assert code == 2
    assert problems.startswith(f"settings: server.port: cannot listen on 127.0.0.1:{port} (")


def test_the_schema_and_the_settings_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert "\ntype Query {\n" in capsys.readouterr().out
    assert main(["settings"]) == 0
    printed = capsys.readouterr().out
    assert "[server]\n" in printed
    assert "[life_valuation]\n" in printed


async def test_the_gateway_serves_and_stops(jwks: Path, issuer: DemoIssuer) -> None:
    headers = {"Authorization": f"Bearer {issuer.token(PEOPLE['client'])}"}
    query = {"query": "{ viewer { __typename } }"}
    async with serving(environment(jwks)) as served, aiohttp.ClientSession() as session:
        async with session.get(f"{served.url}/readyz") as ready:
            assert ready.status == 200
            assert "Server" not in ready.headers
        async with session.post(f"{served.url}/graphql", json=query, headers=headers) as answer:
            assert await answer.json() == {"data": {"viewer": {"__typename": "Viewer"}}}


async def test_the_clock_can_be_moved_in_development(jwks: Path, issuer: DemoIssuer) -> None:
    headers = {"Authorization": f"Bearer {issuer.token(PEOPLE['client'])}"}
    moved = serving(environment(jwks), "--now", "2020-01-15T12:00:00")
    query = {"query": "{ __typename }"}
    async with (
        moved as served,
        aiohttp.ClientSession() as session,
        session.post(f"{served.url}/graphql", json=query, headers=headers) as answer,
    ):
        assert answer.status == 401


async def test_it_stops_although_a_system_hangs(jwks: Path, issuer: DemoIssuer) -> None:
    asked = asyncio.Event()

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            writer.close()

    system = await asyncio.start_server(hang, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{system.sockets[0].getsockname()[1]}"
    environ = environment(jwks, address, GATEWAY_LIMITS_REQUEST_DEADLINE_S="300", GATEWAY_CLAIMS_CORE_TIMEOUT_S="300")
    headers = {"Authorization": f"Bearer {issuer.token(PEOPLE['client'])}"}
    query = {"query": '{ repairStations(city: "Тверь") { name } }'}
    async with aiohttp.ClientSession() as session:
        async with serving(environ) as served:
            waiting = asyncio.create_task(session.post(f"{served.url}/graphql", json=query, headers=headers))
            await asyncio.wait_for(asked.wait(), HANGS_S)
        async with await waiting as answer:
            assert answer.status == 503
            assert (await answer.json())["errors"][0]["extensions"] == {"code": "GATEWAY_STOPPING"}
    system.close()


async def test_lists_of_documents_are_read_again_on_sighup(jwks: Path, tmp_path: Path) -> None:
    old, new = "query Old { __typename }", "query New { __typename }"
    folder = placed(tmp_path / "lists", {"web/1.json": apollo(old)})
    environ = environment(jwks, GATEWAY_DOCUMENTS_MODE="only_trusted", GATEWAY_DOCUMENTS_MANIFESTS=str(folder))

    async def asked(text: str) -> Any:
        async with session.get(f"{served.url}/graphql", params={"documentId": sha256(text)}) as answer:
            return await answer.json()

    async with serving(environ) as served, aiohttp.ClientSession() as session:
        assert "errors" in await asked(new)
        placed(folder, {"web/2.json": b"half a li"})
        served.process.send_signal(signal.SIGHUP)
        assert "web/2.json" in str(await served.line("documents kept as they were"))
        assert "data" in await asked(old)
        placed(folder, {"web/2.json": apollo(new)})
        served.process.send_signal(signal.SIGHUP)
        await served.line("documents reloaded")
        assert (await served.line("documents prepared"))["releases"] == 2
        assert "data" in await asked(old)
        assert "data" in await asked(new)


def test_lists_that_cannot_be_taken_are_told_before_anything_listens(jwks: Path, tmp_path: Path, ended: Ended) -> None:
    folder = placed(tmp_path / "lists", {"web/1.json": apollo("{ nothing }"), "web/2.json": b"[]"})
    code, problems = ended(environment(jwks, GATEWAY_DOCUMENTS_MANIFESTS=str(folder)), "serve")
    assert code == 2
    assert [problem.partition(".json: ")[0] for problem in problems.splitlines()] == [
        f"settings: documents.manifests: {folder}/web/1",
        f"settings: documents.manifests: {folder}/web/2",
    ]

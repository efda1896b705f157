import io
import json
import os
import socket
import stat
import subprocess
import sys
import tomllib
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from dev.demo import options as choosing
from dev.demo import stack
from dev.demo.acquirer import Acquirer
from dev.demo.banner import banner, curl
from dev.demo.files import RunFiles
from dev.demo.folder import sweep
from dev.demo.messages import Messages
from dev.demo.options import Options
from dev.demo.progress import Progress
from dev.demo.stack import PortTaken, Stack, check_port, free_port
from dev.demo.systems import Address
from dev.tokens import DemoIssuer
from gateway import settings as gateway_settings
from gateway.wiring import ADAPTER_SETTINGS

SYSTEMS = {
    "policy_core": {"url": "http://127.0.0.1:1", "user": "u", "password": "p"},
    "claims_core": {"url": "http://127.0.0.1:2", "client_id": "c", "client_secret": "s"},
    "life_valuation": {"url": "http://127.0.0.1:3", "key": "k"},
}
MESSAGES = Messages("http://127.0.0.1:3", "http://127.0.0.1:4", 5)
ACQUIRER = Acquirer("http://127.0.0.1:6", "http://127.0.0.1:7")
TOKENS = {"client": "one", "second_client": "two", "employee": "three"}


@pytest.fixture
def files(tmp_path: Path) -> RunFiles:
    return RunFiles(tmp_path, DemoIssuer())


def test_port_comes_from_the_environment_and_the_command_line_wins() -> None:
    assert choosing.parse([], {}).port == 8000
    assert choosing.parse([], {"PORT": ""}).port == 8000
    assert choosing.parse([], {"PORT": "9001"}).port == 9001
    assert choosing.parse(["--port", "9002"], {"PORT": "9001"}).port == 9002


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "8000.5", ""])
def test_a_wrong_port_is_told(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="PORT must be a number"):
        choosing.port(text)


def test_a_port_somebody_listens_on_is_noticed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(PortTaken):
        check_port(listener.getsockname()[1])
    check_port(free_port())


def test_a_free_port_is_given_to_nobody_else_before_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    given = set()
    for _ in range(50):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            given.add(listener.getsockname()[1])
    found = free_port()
    assert found < min(given)
    with socket.create_server(("127.0.0.1", found)):
        monkeypatch.setattr(stack, "NEVER_GIVEN", [found, other := free_port()])
        assert {free_port() for _ in range(20)} == {other}


def test_the_gateway_accepts_the_settings_written_for_it(files: RunFiles, tmp_path: Path) -> None:
    file = files.write_settings(Options(port=8123), SYSTEMS, tmp_path / "valkey.sock")
    settings = gateway_settings.load(ADAPTER_SETTINGS, file, {})
    assert (settings.server.port, settings.server.public_url) == (8123, "http://127.0.0.1:8123")
    assert settings.redis.unix_socket_path == str(tmp_path / "valkey.sock")
    assert set(tomllib.loads(file.read_text())) >= set(SYSTEMS)


def test_the_gateway_is_led_to_mail_and_sms(files: RunFiles, tmp_path: Path) -> None:
    file = files.write_settings(Options(), {**SYSTEMS, **MESSAGES.sections}, tmp_path)
    channels = gateway_settings.load(ADAPTER_SETTINGS, file, {}).channels
    assert channels.are_set
    assert (channels.mail.port, channels.mail.password) == (5, "gateway-demo")
    assert (channels.sms.url, channels.sms.token) == ("http://127.0.0.1:3/sms", "gateway-demo")


def test_the_gateway_is_led_to_the_acquirer(files: RunFiles, tmp_path: Path) -> None:
    file = files.write_settings(Options(), {**SYSTEMS, **ACQUIRER.sections("http://127.0.0.1:8000")}, tmp_path)
    acquirer = gateway_settings.load(ADAPTER_SETTINGS, file, {}).acquirer
    assert (acquirer.address, acquirer.return_url) == ("http://127.0.0.1:6", "http://127.0.0.1:8000/")
    assert acquirer.allowed("http://127.0.0.1:6/pay?order=1")


def test_production_refuses_the_demos_settings(files: RunFiles, tmp_path: Path) -> None:
    file = files.write_settings(Options(), SYSTEMS, tmp_path)
    environ = {"GATEWAY_SERVER_ENVIRONMENT": "production"}
    with pytest.raises(gateway_settings.SettingsError) as refusal:
        gateway_settings.load(ADAPTER_SETTINGS, file, environ)
    assert any(problem.startswith("access.demo_keys") for problem in refusal.value.problems)


def test_secrets_are_the_owners_alone_and_new_in_each_run(files: RunFiles, tmp_path: Path) -> None:
    written = files.write_settings(Options(), SYSTEMS, tmp_path).read_text()
    files.write_page(TOKENS)
    files.write_request("home_screen", "token")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(
        ["gateway.toml", "jwks.json", "signing.json", "page.json", "client.headers", "home_screen.json"], 0o600
    )
    assert written != files.write_settings(Options(), SYSTEMS, tmp_path).read_text()


def test_the_page_gets_a_tab_an_operation_and_a_token_a_person(files: RunFiles) -> None:
    page = json.loads(files.write_page(TOKENS).read_text())
    assert page["endpoint"] == "/graphql"
    assert page["tabs"][0]["title"] == "HomeScreen"
    assert [each["label"] for each in page["tokens"]] == ["first client", "second client", "employee"]
    assert [each["token"] for each in page["tokens"]] == ["one", "two", "three"]


def test_the_block_names_every_address_and_token(tmp_path: Path) -> None:
    stack = Stack(tmp_path, Options(port=8123, verbose=True))
    stack.systems["policy_core"] = Address("http://127.0.0.1:1", "http://127.0.0.1:2")
    stack.tokens = TOKENS
    stack.messages = MESSAGES
    stack.acquirer = ACQUIRER
    line = curl(stack.url, Path("/a folder/h"), Path("/b"))
    text = banner(stack, line)
    for part in ("http://127.0.0.1:8123/graphql", "one", "two", "three", line, "http://127.0.0.1:2", str(tmp_path)):
        assert part in text
    assert "\nMessages       http://127.0.0.1:3/ what was sent by SMS and mail\n" in text
    assert "http://127.0.0.1:4" in text
    assert "  acquirer       http://127.0.0.1:6   admin http://127.0.0.1:7\n" in text
    assert "@'/a folder/h'" in line


def test_folders_of_runs_that_were_killed_are_swept_away_and_no_others(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    kept = [f"insurance-graph-{os.getpid()}-running", "insurance-graph-notes", f"another-{dead.pid}-thing"]
    for name in [*kept, f"insurance-graph-{dead.pid}-killed"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "gateway.toml").touch()
    sweep(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(kept)


def test_a_step_says_how_long_it_took_and_shows_that_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [10.0]
    monkeypatch.setattr("dev.demo.progress.time.monotonic", lambda: seconds[0])
    out = io.StringIO()
    progress = Progress(out)
    with progress.step("Starting"):
        for now in (10.5, 11.0, 11.5, 12.2):
            seconds[0] = now
            progress.tick()
    assert out.getvalue() == "Starting ..... 2.2 s\n"

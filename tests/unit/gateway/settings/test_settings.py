"""Settings: where they come from, and how each mistake is told."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest

from gateway.settings import OWN_SECTIONS, Environment, SettingsError, load
from gateway.settings.declaring import Between, Secret, declarations
from gateway.settings.printing import as_toml
from gateway.settings.reading import read
from gateway.wiring import ADAPTER_SETTINGS

LONG = "0123456789012345678901234567890123456789"
NO_SECRET = Secret("")


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Connections."""

    size: Annotated[int, "connections", Between(1, 10)] = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """A system of the tests.

    Units: seconds.
    """

    url: Annotated[str, "address"]
    timeout_s: Annotated[float, "longest wait", Between(0, 60)] = 5.0
    retries: int = 3
    share: Decimal = Decimal("0.10")
    on: bool = False
    colour: Colour = Colour.RED
    file: Path | None = None
    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = (1, 2)
    password: Secret = NO_SECRET
    hidden: str = field(default="x", repr=False)
    pool: Pool = Pool()

    def __post_init__(self) -> None:
        if self.retries > 9:
            raise ValueError("too many retries")


SECTIONS = {"core": Core}


def problems(environ: dict[str, str], file: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        read(SECTIONS, file, environ)
    return refused.value.problems


def toml(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "gateway.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_type_comes_from_the_environment() -> None:
    built = read(
        SECTIONS,
        None,
        {
            "GATEWAY_CORE_URL": "http://core",
            "GATEWAY_CORE_TIMEOUT_S": "2.5",
            "GATEWAY_CORE_RETRIES": "7",
            "GATEWAY_CORE_SHARE": "0.25",
            "GATEWAY_CORE_ON": "TRUE",
            "GATEWAY_CORE_COLOUR": "green",
            "GATEWAY_CORE_FILE": "/a/b",
            "GATEWAY_CORE_HOSTS": "a, b,",
            "GATEWAY_CORE_PORTS": "8,9",
            "GATEWAY_CORE_PASSWORD": "p",
            "GATEWAY_CORE_POOL_SIZE": "9",
            "GATEWAY_CONFIG": "of the command line",
            "PATH": "/bin",
        },
    )
    assert built["core"] == Core(
        url="http://core",
        timeout_s=2.5,
        retries=7,
        share=Decimal("0.25"),
        on=True,
        colour=Colour.GREEN,
        file=Path("/a/b"),
        hosts=("a", "b"),
        ports=(8, 9),
        password=Secret("p"),
        pool=Pool(size=9),
    )
    assert type(built["core"].password) is Secret
    assert built["core"].colour is Colour.GREEN


def test_every_type_comes_from_a_file(tmp_path: Path) -> None:
    file = toml(
        tmp_path,
        """
        [core]
        url = "http://core"
        timeout_s = 2
        retries = 7
        share = 0.1
        on = true
        colour = "green"
        file = "a/b"
        hosts = ["a", "b"]
        ports = [8, 9]
        password = "p"

        [core.pool]
        size = 9
        """,
    )
    core = read(SECTIONS, file, {})["core"]
    assert (core.timeout_s, type(core.timeout_s)) == (2.0, float)
    assert core.share == Decimal("0.1")
    assert (core.file, core.hosts, core.ports, core.pool.size) == (Path("a/b"), ("a", "b"), (8, 9), 9)


def test_the_environment_wins_and_an_empty_text_is_none(tmp_path: Path) -> None:
    file = toml(tmp_path, '[core]\nurl = "a"\nfile = "x"')
    core = read(SECTIONS, file, {"GATEWAY_CORE_URL": "b", "GATEWAY_CORE_FILE": ""})["core"]
    assert (core.url, core.file) == ("b", None)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("RETRIES", "seven", "got 'seven', but a whole number is wanted"),
        ("RETRIES", "1.5", "got '1.5', but a whole number is wanted"),
        ("TIMEOUT_S", "soon", "got 'soon', but a number is wanted"),
        ("TIMEOUT_S", "nan", "got 'nan', but a number is wanted"),
        ("TIMEOUT_S", "61", "got '61', but a number from 0 to 60 is wanted"),
        ("TIMEOUT_S", "-1", "got '-1', but a number from 0 to 60 is wanted"),
        ("SHARE", "half", "got 'half', but a decimal number is wanted"),
        ("SHARE", "Infinity", "got 'Infinity', but a decimal number is wanted"),
        ("ON", "perhaps", "got 'perhaps', but one of true, 1, false, 0 is wanted"),
        ("COLOUR", "gren", "got 'gren', but one of red, green is wanted; did you mean green?"),
        ("PORTS", "8,x", "got '8,x', but a whole number is wanted"),
    ],
)
def test_a_value_that_does_not_fit(name: str, value: str, problem: str) -> None:
    found = problems({"GATEWAY_CORE_URL": "a", f"GATEWAY_CORE_{name}": value})
    assert found == (f"GATEWAY_CORE_{name}: {problem}",)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('retries = "7"', "core.retries: got '7', but a whole number is wanted"),
        ("retries = true", "core.retries: got 'True', but a whole number is wanted"),
        ("retries = 1.0", "core.retries: got '1.0', but a whole number is wanted"),
        ('timeout_s = "2"', "core.timeout_s: got '2', but a number is wanted"),
        ("on = 1", "core.on: got '1', but true or false is wanted"),
        ("url = 5", "core.url: got '5', but a text is wanted"),
        ('hosts = "a"', "core.hosts: got 'a', but a list is wanted"),
        ("file = 5", "core.file: got '5', but a path is wanted"),
        ("password = 5", "core.password: a text is wanted"),
        ("hidden = 5", "core.hidden: a text is wanted"),
        ("retires = 5", "unknown setting core.retires; did you mean core.retries?"),
        ("pool = 5", "unknown setting core.pool; did you mean core.pool.size?"),
    ],
)
def test_a_value_of_a_file_that_does_not_fit(tmp_path: Path, line: str, problem: str) -> None:
    file = toml(tmp_path, f"[core]\n{line}")
    [found] = problems({} if line.startswith("url") else {"GATEWAY_CORE_URL": "a"}, file)
    assert found == f"{file}: {problem}"


def test_a_wrong_value_is_not_reported_as_missing() -> None:
    assert problems({"GATEWAY_CORE_URL": "a", "GATEWAY_CORE_POOL_SIZE": "99"}) == (
        "GATEWAY_CORE_POOL_SIZE: got '99', but a number from 1 to 10 is wanted",
    )


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    file = toml(tmp_path, "[cor]\nx = 1\n[core]\nretries = 'x'\n[core.pool]\nsiez = 1")
    assert problems({"GATEWAY_CORE_TIMEOUT": "1"}, file) == (
        f"{file}: unknown setting cor; did you mean core?",
        f"{file}: core.retries: got 'x', but a whole number is wanted",
        f"{file}: unknown setting core.pool.siez; did you mean core.pool.size?",
        "environment: unknown setting GATEWAY_CORE_TIMEOUT; did you mean GATEWAY_CORE_TIMEOUT_S?",
        "core.url: missing; set it in the file or as GATEWAY_CORE_URL",
    )


def test_what_a_section_refuses_by_itself() -> None:
    assert problems({"GATEWAY_CORE_URL": "a", "GATEWAY_CORE_RETRIES": "10"}) == ("core: too many retries",)


def test_a_file_that_is_not_there_or_not_toml(tmp_path: Path) -> None:
    missing, broken, binary = tmp_path / "missing", toml(tmp_path, "= 1"), tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    environ = {"GATEWAY_CORE_URL": "a"}
    assert problems(environ, missing) == (f"{missing}: cannot be read (No such file or directory)",)
    assert problems(environ, broken)[0].startswith(f"{broken}: not TOML (")
    assert problems(environ, binary)[0].startswith(f"{binary}: not TOML (")


def test_secrets_are_neither_shown_nor_quoted() -> None:
    core = read(SECTIONS, None, {"GATEWAY_CORE_URL": "a", "GATEWAY_CORE_PASSWORD": "hunter2"})["core"]
    assert "hunter2" not in repr(core)
    assert core.password == "hunter2"
    assert {each.name for each in declarations(SECTIONS) if each.is_secret} == {"core.password", "core.hidden"}


def test_the_printed_settings_are_toml_with_every_default() -> None:
    printed = as_toml(SECTIONS)
    assert tomllib.loads(printed) == {
        "core": {
            "timeout_s": 5.0,
            "retries": 3,
            "share": "0.10",
            "on": False,
            "colour": "red",
            "hosts": [],
            "ports": [1, 2],
            "password": "",
            "hidden": "***",
            "pool": {"size": 4},
        }
    }
    assert "# A system of the tests.\n#\n# Units: seconds.\n" in printed
    assert "# address (GATEWAY_CORE_URL); required\n# url =\n" in printed


def test_every_setting_of_the_product_is_printed_and_ours_are_described() -> None:
    everything = {**OWN_SECTIONS, **ADAPTER_SETTINGS}
    assert tomllib.loads(as_toml(everything)).keys() <= everything.keys()
    assert [each.name for each in declarations(OWN_SECTIONS) if not each.doc] == []
    variables = [each.variable for each in declarations(everything)]
    assert len(set(variables)) == len(variables)


REQUIRED = {
    "GATEWAY_ACCESS_ISSUER": "https://issuer",
    "GATEWAY_ACCESS_JWKS": "jwks.json",
    "GATEWAY_LINKS_KEY": LONG,
    "GATEWAY_CACHE_SECRET": LONG,
}


def test_production_is_the_default_and_refuses_what_helps_to_try() -> None:
    with pytest.raises(SettingsError) as refused:
        load(
            {},
            None,
            {
                **REQUIRED,
                "GATEWAY_ACCESS_DEMO_KEYS": "true",
                "GATEWAY_PAGE_CONFIG": "tokens.json",
                "GATEWAY_LOG_EXCEPTION_TEXT": "true",
            },
        )
    assert [problem.partition(":")[0] for problem in refused.value.problems] == [
        "server.public_url",
        "access.demo_keys",
        "page.config",
        "log.exception_text",
    ]


def test_production_starts_with_good_settings_and_development_with_loose_ones() -> None:
    strict = load({}, None, {**REQUIRED, "GATEWAY_SERVER_PUBLIC_URL": "https://graph.example"})
    loose = load({}, None, {**REQUIRED, "GATEWAY_SERVER_ENVIRONMENT": "development", "GATEWAY_ACCESS_DEMO_KEYS": "1"})
    assert strict.server.environment is Environment.PRODUCTION
    assert (loose.access.demo_keys, loose.server.is_production) == (True, False)
    assert LONG not in repr(strict)


def test_keys_that_are_too_short_are_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        load({}, None, {**REQUIRED, "GATEWAY_LINKS_KEY": "hunter2", "GATEWAY_CACHE_SECRET": "hunter2"})
    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["links", "cache"]
    assert "hunter2" not in str(refused.value)


def test_the_adapters_sections_are_read_beside_ours() -> None:
    environ = {
        **REQUIRED,
        "GATEWAY_SERVER_ENVIRONMENT": "development",
        "GATEWAY_CORE_URL": "http://core",
        "GATEWAY_CORE_RETRIES": "1",
    }
    settings = load(SECTIONS, None, environ)
    assert settings.adapters == {"core": Core(url="http://core", retries=1)}

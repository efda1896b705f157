"""The house rules that no linter checks: floors and packages agree, names are free, locks are whole."""

import ast
import configparser
import importlib.metadata
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = {"gateway", "schema", "resolvers", "adapters", "domain"}
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
NPM_LOCKS = sorted(
    lock
    for folder in ("web", "dev")
    for lock in (ROOT / folder).rglob("package-lock.json")
    if "node_modules" not in lock.parts
)
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ]+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^ {4}--hash=sha256:[0-9a-f]{64}(?: \\)?$")
ANNOTATION = re.compile(r"^ {4}#")
CONTRACTS = configparser.ConfigParser()
CONTRACTS.read(ROOT / ".importlinter")


def listed(section: str, option: str) -> list[str]:
    return CONTRACTS[section][option].split()


def pins(lock: Path) -> dict[tuple[str, str], str]:
    """(name, whole line) -> version: a package may be pinned once per platform."""
    found = filter(None, map(PIN.match, lock.read_text(encoding="utf-8").splitlines()))
    return {(match["name"], match.string): match["version"] for match in found}


def named(requirement: str) -> str:
    return re.split(r"[\[<>=;~! ]", requirement)[0].lower()


def imported(packages: set[str]) -> set[str]:
    """Top-level names that the packages' modules import."""
    found: set[str] = set()
    for module in (file for package in packages for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    return found


def test_floors_packages_and_folders_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["packages"]["find"]["include"]
    floors = {name for name in listed("importlinter:contract:floors", "layers") if name != "|"}
    folders = {init.parent.name for init in ROOT.glob("*/__init__.py")}
    assert floors == SHIPPED
    assert set(patterns) == {f"{name}*" for name in SHIPPED}
    assert folders == SHIPPED | {"dev", "tests"}
    assert set(listed("importlinter", "root_packages")) == SHIPPED | {"dev"}


def test_every_product_package_is_kept_from_dev_and_tests() -> None:
    assert set(listed("importlinter:contract:product", "source_modules")) == SHIPPED
    assert set(listed("importlinter:contract:product", "forbidden_modules")) == {"dev", "tests"}


def test_each_adapter_is_held_to_the_same_shape() -> None:
    adapters = {init.parent.name for init in (ROOT / "adapters").glob("*/__init__.py")}
    shaped = {name.removeprefix("adapters.") for name in listed("importlinter:contract:adapter-shape", "containers")}
    assert shaped == adapters


def test_no_installed_distribution_brings_a_package_of_our_name() -> None:
    ours = SHIPPED | {"dev", "tests"}
    brought = importlib.metadata.packages_distributions()
    foreign = {name: set(brought.get(name, ())) - {"insurance-graph-gateway"} for name in ours}
    assert {name: owners for name, owners in foreign.items() if owners} == {}


def test_the_product_imports_only_what_it_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {named(requirement) for requirement in project["dependencies"]}
    brought = importlib.metadata.packages_distributions()
    foreign = imported(SHIPPED) - SHIPPED - sys.stdlib_module_names
    undeclared = {
        name for name in foreign if not {owner.lower().replace("_", "-") for owner in brought.get(name, ())} & declared
    }
    assert undeclared == set()


def test_both_lock_files_are_there() -> None:
    assert [lock.name for lock in LOCKS] == ["dev.lock", "runtime.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_pins_hashes_and_nothing_else(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    strange = [line for line in lines if not (PIN.match(line) or HASH.match(line) or ANNOTATION.match(line))]
    unhashed = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.match(line) and not HASH.match(following)
    ]
    assert strange == []
    assert unhashed == []
    assert not re.search(r"://|file:|(?<!\w)/\w", "\n".join(lines))


def test_both_locks_pin_the_same_versions() -> None:
    dev, runtime = (pins(lock) for lock in LOCKS)
    assert runtime
    assert {pin: version for pin, version in runtime.items() if dev.get(pin) != version} == {}


def test_the_locks_hold_every_declared_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {
        "dev.lock": project["dependency-groups"]["dev"] + project["project"]["dependencies"],
        "runtime.lock": project["project"]["dependencies"],
    }
    for lock in LOCKS:
        locked = {name for name, _line in pins(lock)}
        wanted = {named(requirement) for requirement in declared[lock.name]}
        assert wanted - locked == set()


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda lock: lock.parent.name)
def test_an_npm_lock_names_no_host_and_hashes_every_package(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    unhashed = [name for name, package in packages.items() if name and "integrity" not in package]
    assert "://" not in text
    assert '"resolved"' not in text
    assert unhashed == []

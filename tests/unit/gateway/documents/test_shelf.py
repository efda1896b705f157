"""Lists are read again without a stop, and never half."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest

from gateway.documents.folder import ManifestsUnfit, read_library
from gateway.documents.library import ANYBODY
from gateway.documents.shelf import Shelf
from gateway.observability.metrics import Metrics
from tests.unit.gateway.documents.lists import apollo, placed, sha256

OLD, NEW = "query Old { a }", "query New { a }"
TODAY = date(2026, 6, 6)


def reloads(metrics: Metrics) -> tuple[float | None, float | None]:
    return (
        metrics.registry.get_sample_value("gateway_manifest_reloads_total", {"result": "taken"}),
        metrics.registry.get_sample_value("gateway_manifest_reloads_total", {"result": "refused"}),
    )


def shelf(folder: Path, metrics: Metrics) -> Shelf:
    return Shelf(lambda: read_library(folder, lambda _text: ()), metrics)


def test_a_reload_puts_the_new_lists_in_the_place_of_the_old(tmp_path: Path, written: io.StringIO) -> None:
    metrics = Metrics()
    here = shelf(placed(tmp_path, {"web/1.json": apollo(OLD)}), metrics)
    before = here.library
    placed(tmp_path, {"web/1.json": apollo(NEW), "web/2.json": apollo(NEW, "{ b }")})
    here.reload_aside().join()
    assert here.library.text(sha256(NEW), ANYBODY, TODAY) == NEW
    assert here.library.text(sha256(OLD), ANYBODY, TODAY) is None
    # Who took the library before goes on with it as it was.
    assert before.text(sha256(OLD), ANYBODY, TODAY) == OLD
    assert reloads(metrics) == (1, None)
    assert metrics.registry.get_sample_value("gateway_trusted_documents") == 2


def test_lists_that_cannot_be_taken_leave_the_old_ones(tmp_path: Path, written: io.StringIO) -> None:
    metrics = Metrics()
    here = shelf(placed(tmp_path, {"web/1.json": apollo(OLD)}), metrics)
    before = here.library
    placed(tmp_path, {"web/2.json": apollo(NEW), "web/3.json": b"[]"})
    assert not here.reload()
    assert here.library is before
    assert reloads(metrics) == (None, 1)
    assert metrics.registry.get_sample_value("gateway_trusted_documents") == 1
    line = json.loads(written.getvalue().splitlines()[-1])
    assert (line["event"], line["level"]) == ("documents kept as they were", "error")
    assert line["problems"][0].startswith(f"{tmp_path}/web/3.json: not a list")


def test_the_first_reading_has_to_go_well(tmp_path: Path) -> None:
    with pytest.raises(ManifestsUnfit):
        shelf(placed(tmp_path, {"web/1.json": b"{"}), Metrics())

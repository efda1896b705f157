"""What every section has at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dev.bench.fleet import Fleet
from dev.bench.peers.options import Size
from dev.bench.people import People
from dev.bench.run import Run
from dev.demo.files import RunFiles
from dev.demo.systems import SYSTEMS

__all__ = ["PeersRun"]

NOBODY = "http://127.0.0.1:9"


@dataclass(slots=True)
class PeersRun:
    """One run. The simulated systems are started by the first section that wants them."""

    fleet: Fleet
    people: People
    size: Size
    started: bool = field(default=False, init=False)

    @property
    def folder(self) -> Path:
        """Where files of the run go."""
        return self.fleet.folder

    @property
    def tick(self) -> Callable[[], object]:
        """To be called while something is waited for."""
        return self.fleet.tick

    def live(self) -> Run:
        """Return a run over the simulated systems. Raises: ``ChildFailed``."""
        if not self.started:
            self.started = True
            self.fleet.start()
        return Run(self.fleet, self.people, self.size.sharing)

    def settings(self) -> Path:
        """Write settings of a gateway that has no system to ask."""
        files = RunFiles(self.folder, self.fleet.stack.issuer)
        systems = {name: system.section(NOBODY) for name, system in SYSTEMS.items()}
        nothing = {"page": {"enabled": False}}
        return files.write_settings(self.fleet.options, systems, self.folder / "nobody.sock", nothing)

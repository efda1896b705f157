"""Russian voices for picture codes, where this machine can speak; where it cannot, they stay English."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dev.demo.files import NOTHING, Changes
from dev.scripts import make_voices
from dev.scripts.make_voices import PROGRAM, SpeechFailed

__all__ = ["voices"]

LANGUAGE: Final = "ru"


def voices(folder: Path, tick: Callable[[], object] = lambda: None) -> Changes:
    """Make voices in the folder of a run, and return the settings that they are used by. Raises: what ``tick`` does."""
    if shutil.which(PROGRAM) is None:
        return NOTHING
    made = folder / "voices"
    try:
        make_voices.make(LANGUAGE, made, tick)
    except (SpeechFailed, OSError):
        return NOTHING
    return {"pictures": {"voices": str(made)}}

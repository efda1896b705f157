"""The spoken alternative in the reader's language: an operator's folder of voices, looked through at start."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.money import Locale
from gateway.app import create_app
from gateway.identity.drawing import Drawing
from gateway.identity.voices import VoicesUnfit, read
from gateway.settings import PictureSettings, SettingsError
from tests.unit.gateway.identity.tones import pitches, tone, voice
from tests.unit.gateway.world import World, settings

LOW, HIGH = 1000.0, 2000.0
LEEWAY = 0.25
"""A digit is spoken faster or slower by up to a fifth."""

pytestmark = pytest.mark.usefixtures("noiseless")


def spoken(folder: Path | None, locale: Locale, digits: str = "123456") -> list[float]:
    return pitches(Drawing(folder).drawn(digits, locale)[1])


def test_the_locale_picks_the_voice(tmp_path: Path) -> None:
    voice(tmp_path / "ru", LOW)
    voice(tmp_path / "en", HIGH)
    assert spoken(tmp_path, Locale.RU) == pytest.approx([LOW] * 6, rel=LEEWAY)
    assert spoken(tmp_path, Locale.EN) == pytest.approx([HIGH] * 6, rel=LEEWAY)


def test_each_digit_is_the_sound_of_its_own_folder(tmp_path: Path) -> None:
    voice(tmp_path / "ru", 600, step=200)
    assert spoken(tmp_path, Locale.RU, "0909") == pytest.approx([600, 2400, 600, 2400], rel=LEEWAY)


def test_a_digit_may_have_several_sounds_and_each_is_used(tmp_path: Path) -> None:
    voice(tmp_path / "ru", LOW)
    tone(tmp_path / "ru" / "7" / "another.wav", HIGH)
    heard = {each > (LOW + HIGH) / 2 for each in spoken(tmp_path, Locale.RU, "7" * 40)}
    assert heard == {True, False}


def test_a_language_without_a_voice_is_spoken_in_english(tmp_path: Path) -> None:
    voice(tmp_path / "ru", HIGH)
    assert set(read(tmp_path)) == {Locale.RU}
    english = spoken(tmp_path, Locale.EN)
    assert not [each for each in english if each == pytest.approx(HIGH, rel=LEEWAY)]


@pytest.mark.parametrize("locale", Locale)
def test_without_a_folder_every_language_is_spoken_in_english(locale: Locale) -> None:
    assert read(None) == {}
    assert len(Drawing(None).drawn("123456", locale)[1]) > 8000 * 6


def test_what_else_lies_in_a_folder_is_not_spoken(tmp_path: Path) -> None:
    voice(tmp_path / "ru", LOW)
    (tmp_path / "README").write_text("recorded by us", encoding="utf-8")
    (tmp_path / "ru" / "x").mkdir()
    (tmp_path / "ru" / "3" / "notes.txt").write_text("loud", encoding="utf-8")
    assert len(spoken(tmp_path, Locale.RU, "3" * 20)) == 20


def unfit(folder: Path) -> str:
    with pytest.raises(VoicesUnfit) as found:
        read(folder)
    text = str(found.value)
    assert "\n" not in text
    return text.replace(str(folder), "FOLDER")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert unfit(tmp_path / "missing") == "FOLDER cannot be read (No such file or directory)"
    (tmp_path / "file").touch()
    assert unfit(tmp_path / "file") == "FOLDER cannot be read (Not a directory)"


def test_a_folder_without_a_language(tmp_path: Path) -> None:
    assert unfit(tmp_path) == "FOLDER: no folder of a language in it; ru or en is wanted"
    # The folder of one language, named itself.
    assert unfit(voice(tmp_path / "ru", LOW)) == "FOLDER: no folder of a language in it; ru or en is wanted"


def test_a_digit_without_a_sound(tmp_path: Path) -> None:
    voice(tmp_path / "ru", LOW)
    (tmp_path / "ru" / "3" / "tone.wav").rename(tmp_path / "ru" / "3" / "tone.mp3")
    (tmp_path / "ru" / "8" / "tone.wav").unlink()
    (tmp_path / "ru" / "8").rmdir()
    assert unfit(tmp_path) == "FOLDER/ru: no WAV file for 3, 8"


@pytest.mark.parametrize(
    ("changed", "has"),
    [
        ({"rate": 22_050}, "22050 Hz, 8 bits, 1 channels"),
        ({"width": 2}, "8000 Hz, 16 bits, 1 channels"),
        ({"channels": 2}, "8000 Hz, 8 bits, 2 channels"),
    ],
)
def test_a_sound_of_another_kind(tmp_path: Path, changed: dict[str, int], has: str) -> None:
    voice(tmp_path / "ru", LOW)
    tone(tmp_path / "ru" / "5" / "tone.wav", LOW, **changed)
    assert unfit(tmp_path) == f"FOLDER/ru/5/tone.wav has {has}; 8000 Hz, 8 bits, 1 channel are wanted"


def test_a_file_that_is_no_sound(tmp_path: Path) -> None:
    voice(tmp_path / "ru", LOW)
    file = tmp_path / "ru" / "5" / "tone.wav"
    for content in (b"", b"RIFF", b"not a sound at all", file.read_bytes()[:30]):
        file.write_bytes(content)
        assert unfit(tmp_path) == "FOLDER/ru/5/tone.wav is not a WAV file"


def test_a_sound_that_is_too_short_or_too_long_for_a_digit(tmp_path: Path) -> None:
    voice(tmp_path / "ru", LOW)
    for lasts_s, told in ((0, "0.00"), (0.05, "0.05"), (2.1, "2.10")):
        tone(tmp_path / "ru" / "5" / "tone.wav", LOW, lasts_s=lasts_s)
        assert unfit(tmp_path) == f"FOLDER/ru/5/tone.wav lasts {told} s; 0.1 to 2 s are wanted"


def test_the_gateway_does_not_start_with_a_wrong_folder(world: World, tmp_path: Path) -> None:
    wrong = settings(world.jwks, pictures=PictureSettings(voices=tmp_path))
    with pytest.raises(SettingsError) as refused:
        create_app(wrong)
    assert refused.value.problems == (
        f"pictures.voices: {tmp_path}: no folder of a language in it; ru or en is wanted",
    )
    voice(tmp_path / "ru", LOW)
    create_app(wrong)

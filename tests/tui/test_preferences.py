"""The file of settings: what is read from it, what is written into it, what is wrong with it."""

from __future__ import annotations

import tomllib

import pytest

from engine.errors import Problem
from tui.preferences import ENTRIES, Preferences, location, save


def write(text: str) -> None:
    location().parent.mkdir(parents=True, exist_ok=True)
    location().write_text(text)


def test_without_a_file_everything_is_as_usual():
    assert Preferences.load() == (Preferences(), ())
    assert not location().exists()


def test_every_preference_is_listed():
    assert set(ENTRIES) == set(Preferences.__dataclass_fields__)


def test_what_is_saved_is_there_again():
    changes = {
        "theme": "terminal",
        "bell": True,
        "pictures": "kitty",
        "smoothing": 0.6,
        "x_axis": "time",
        "columns": ("state", "run"),
        "sort": "-val_loss",
        "keys": {"run.pause": "space,p", "runs.filter": "quotation_mark"},
    }
    save(changes)
    assert Preferences.load() == (Preferences(**changes), ())


def test_what_is_usual_again_is_taken_out_of_the_file():
    save({"bell": True, "smoothing": 0.5})
    save({"bell": False})
    assert tomllib.loads(location().read_text()) == {"smoothing": 0.5}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('theme = "nope"', "no theme 'nope'"),
        ("bell = 3", "Expected true or false"),
        ("smoothing = 1.5", "from 0 to 0.999"),
        ('pictures = "png"', "blocks or sixel or kitty"),
        ("columns = 7", "a list of texts"),
        ("thme = 1", "Did you mean 'theme'?"),
        ("keys = 1", "Expected a table"),
        ('[keys]\nrun.puase = "p"', "Did you mean 'run.pause'?"),
        ('[keys]\nrun.pause = "hyper+zz"', "There is no key 'hyper+zz'"),
        ('[keys]\nrun.scroll = "j"', "keeps its keys"),
        ('[keys]\nrun.pause = "s"', "s is both run.pause and run.stop."),
    ],
)
def test_a_wrong_entry_costs_itself_alone_and_is_told(text, words):
    write(f'sort = "run"\n{text}\n')
    found, notices = Preferences.load()
    assert found.sort == "run"
    assert len(notices) == 1
    assert words in notices[0]
    assert str(location()) in notices[0]


@pytest.mark.parametrize("content", [b"no toml", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_no_toml_is_told_and_put_aside_before_it_is_written(content):
    write("")
    location().write_bytes(content)
    found, notices = Preferences.load()
    assert found == Preferences()
    assert "is no TOML" in notices[0]
    assert "settings.toml.before" in save({"bell": True})
    assert location().with_name("settings.toml.before").read_bytes() == content
    assert Preferences.load() == (Preferences(bell=True), ())


def test_what_others_have_written_into_the_file_stays():
    write('later = [{a = 1.5, "b c" = "\\"x\\n"}]\nbell = true\n[deep.er]\nat = 2026-11-22\n')
    before = tomllib.loads(location().read_text())
    save({"bell": False, "sort": "run"})
    after = tomllib.loads(location().read_text())
    assert after == {**{k: v for k, v in before.items() if k != "bell"}, "sort": "run"}


def test_a_link_stays_a_link(tmp_path):
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("bell = true\n")
    location().parent.mkdir(parents=True)
    location().symlink_to(kept)
    save({"sort": "run"})
    assert location().is_symlink()
    assert 'sort = "run"' in kept.read_text()


def test_the_file_can_be_another(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCONSOLE_SETTINGS", str(tmp_path / "mine.toml"))
    save({"bell": True})
    assert (tmp_path / "mine.toml").read_text().endswith("bell = true\n")


def test_a_file_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DLCONSOLE_SETTINGS", str(tmp_path / "file" / "settings.toml"))
    with pytest.raises(Problem, match="cannot be written"):
        save({"bell": True})


def test_changing_checks_what_is_given():
    assert Preferences().changed(smoothing="0.6").smoothing == 0.6
    with pytest.raises(Problem, match="smoothing: Expected a number"):
        Preferences().changed(smoothing="much")

import json
import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton

from app.cli import main
from app.dialogs.damage import DamageDialog
from engine.audio_file import open_audio
from engine.errors import StorageError
from engine.region import Region
from tests.app.test_accessibility import nameless
from tests.signals import snr_db
from training.degradations.clicks import Clicks
from training.degradations.clipping import Clipping
from training.degradations.hum import Hum
from training.degradations.low_pass import LowPass
from training.degradations.noise_bank import NoiseBank
from training.degradations.sampling import Sampling
from training.ready_chains import READY_CHAINS


@pytest.fixture
def dialog(session, side, qtbot):
    session.open(side)
    dialog = DamageDialog(session, session.document.source)
    qtbot.addWidget(dialog)
    dialog.chain.set_damage([Clipping()])
    dialog.show()
    dialog._timer.start(0)
    qtbot.waitUntil(lambda: dialog.preview.found is not None, timeout=60_000)
    return dialog


def press(qtbot, button):
    assert button.isEnabled(), button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def titles(dialog):
    return [dialog.chain.list.item(row).text() for row in range(dialog.chain.list.count())]


def wait_until_written(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog._worker is None, timeout=60_000)


def heard_again(dialog, qtbot):
    before = dialog.preview.found
    dialog._timer.start(0)
    qtbot.waitUntil(
        lambda: dialog.preview.found is not None and dialog.preview.found is not before,
        timeout=60_000,
    )
    return dialog.preview.found


def test_the_copy_is_what_the_command_line_makes_byte_for_byte(dialog, qtbot, side, tmp_path):
    source = side.read_bytes()
    dialog.chain.set_damage([LowPass(cutoff_hz=3000.0), Clicks(per_second=5.5), Hum()])
    dialog.fields.seed.setValue(7)
    text = dialog.fields.text.text()
    press(qtbot, dialog._make)
    wait_until_written(dialog, qtbot)
    made = side.with_name("side damaged.wav")
    assert dialog.banner.text.startswith(
        "Written: side damaged.wav, and what was drawn in side damaged.degraded.json."
    )
    other = tmp_path / "cli.wav"
    assert main(["degrade", str(side), "-o", str(other), "--chain", text, "--seed", "7"]) == 0
    assert made.read_bytes() == other.read_bytes()
    report = json.loads(made.with_name("side damaged.degraded.json").read_text())
    assert [each["name"] for each in report["damage"]] == ["low_pass", "clicks", "hum"]
    assert (report["seed"], report["chain"]) == (7, text)
    assert side.read_bytes() == source


def test_the_copy_is_opened_when_that_is_wanted(window, opened, act, qtbot, side):
    act("damaged_copy")
    (dialog,) = window.findChildren(DamageDialog)
    dialog.chain.set_damage([Clipping(sdr_db=12.0)])
    qtbot.waitUntil(dialog._make.isEnabled)
    dialog.make()
    wait_until_written(dialog, qtbot)
    press(qtbot, dialog._open)
    qtbot.waitUntil(lambda: window.session.document.source.path != side)
    assert window.session.document.source.path.name == "side damaged.wav"


def test_what_is_heard_is_the_selection_before_and_after(dialog, session, qtbot):
    dialog.chain.set_damage([Clipping(sdr_db=10.0)])
    session.view_state.select(Region(0.5, 1.25))
    found = heard_again(dialog, qtbot)
    rate = session.document.source.sample_rate
    clean = session.document.source.read(round(0.5 * rate), round(1.25 * rate)).samples
    assert np.array_equal(found.clean.samples, clean)
    assert snr_db(found.clean.samples, found.damaged.samples) == pytest.approx(10.0, abs=0.2)
    assert found.clean_picture != found.damaged_picture
    assert "0.5 s" in dialog.preview.told.text() or "1 s" in dialog.preview.told.text()
    play = dialog.preview.plays["damaged"]
    press(qtbot, play)
    qtbot.waitUntil(lambda: play.text() == "Stop")
    press(qtbot, play)
    assert play.text() == "Hear the &Damage"


@pytest.mark.parametrize("title", READY_CHAINS)
def test_a_ready_chain_can_be_said_and_read_back(dialog, title):
    dialog.chain.set_damage(READY_CHAINS[title])
    said = dialog.fields.text.text()
    dialog.chain.set_damage([Hum()])
    dialog.fields.text.setText(said)
    dialog.fields.text.textEdited.emit(said)
    dialog.fields.use_text.click()
    assert dialog.chain.damage() == READY_CHAINS[title]
    assert dialog.fields.text.text() == said


def test_short_forms_become_steps_whose_settings_are_shown(dialog):
    dialog.fields.text.setText("clip 6, hum 60 -40")
    dialog.fields.text.textEdited.emit("")
    dialog.fields.use_text.click()
    assert dialog.chain.damage()[0] == Clipping(sdr_db=6.0)
    assert titles(dialog) == ["Clipped peaks", "Hum"]
    dialog.fields.text.setText("clip")
    dialog.fields.text.textEdited.emit("")
    dialog.fields.use_text.click()
    assert dialog.banner.text == "The step 'clip': SDR_DB is missing; write clip SDR_DB."
    assert titles(dialog) == ["Clipped peaks", "Hum"]


def test_a_free_name_is_suggested(dialog, session, side, qtbot):
    side.with_name("side damaged.degraded.json").touch()
    again = DamageDialog(session, session.document.source)
    qtbot.addWidget(again)
    assert again.fields.path.text() == str(side.with_name("side damaged 2.wav"))
    assert [each.name for each in again.chain.damage()] == [
        "high_pass", "low_pass", "wow", "surface", "crackle",
    ]  # fmt: skip


def test_steps_are_added_moved_and_removed(dialog, qtbot):
    chain = dialog.chain
    chain.set_damage([Hum(), Clipping()])
    chain.append(Clicks())
    assert titles(dialog) == ["Hum", "Clipped peaks", "Clicks"]
    press(qtbot, chain.up)
    press(qtbot, chain.up)
    assert [each.name for each in chain.damage()] == ["clicks", "hum", "clipping"]
    assert not chain.up.isEnabled()
    press(qtbot, chain.down)
    press(qtbot, chain.remove)
    assert dialog.fields.text.text().startswith("hum mains_hz=50 ")
    chain.list.model().moveRow(chain.list.rootIndex(), 1, chain.list.rootIndex(), 0)
    assert [each.name for each in chain.damage()] == ["clipping", "hum"]
    for _ in range(2):
        press(qtbot, chain.remove)
    assert dialog.banner.text == "Choose some damage."
    assert not dialog._make.isEnabled()


def test_another_seed_is_drawn_and_draws_otherwise(dialog, qtbot):
    dialog.chain.set_damage([Clicks()])
    first = heard_again(dialog, qtbot)
    press(qtbot, dialog.fields.again)
    assert dialog.fields.seed.value() > 0
    second = heard_again(dialog, qtbot)
    assert not np.array_equal(first.damaged.samples, second.damaged.samples)
    dialog.fields.seed.setValue(0)
    assert np.array_equal(heard_again(dialog, qtbot).damaged.samples, first.damaged.samples)


def test_what_stands_in_the_way_is_told_at_once(dialog, side, tmp_path):
    for name, sentence in (
        (side.name, "side.wav is the source itself"),
        (" ", "Name a file for the copy."),
        ("no/such.wav", f"There is no folder {side.parent / 'no'}; choose one that exists."),
        ("x" * 300 + ".wav", "too long"),
    ):
        dialog.fields.path.setText(name)
        assert sentence in dialog.banner.text, name
        assert not dialog._make.isEnabled()
    taken = side.with_name("taken.wav")
    taken.touch()
    dialog.fields.path.setText(str(taken))
    assert dialog.banner.text == "taken.wav exists already; choose another name."
    dialog.fields.path.setText("free.wav")
    assert dialog._make.isEnabled()
    assert dialog.banner.isHidden()
    dialog.chain.set_damage([NoiseBank(path=tmp_path / "gone")])
    assert f"There is no file or folder {tmp_path / 'gone'} of noise" in dialog.banner.text
    dialog.chain.set_damage([Sampling(low_hz=16000, high_hz=4000)])
    assert dialog.banner.text == ""


def test_a_stop_leaves_no_file_and_the_dialog(dialog, qtbot, side, monkeypatch):
    reached, go_on = threading.Event(), threading.Event()

    def held(self, clean):
        reached.set()
        go_on.wait(10)
        return clean

    monkeypatch.setattr("training.degradations.clipping.Clipping.apply", held)
    go_on.set()
    dialog.chain.set_damage([Clipping(), Clipping()])
    heard_again(dialog, qtbot)
    go_on.clear()
    reached.clear()
    dialog.make()
    qtbot.waitUntil(reached.is_set)
    assert not dialog.chain.isEnabled()
    dialog.close()
    assert dialog.isVisible()
    go_on.set()
    wait_until_written(dialog, qtbot)
    assert dialog.banner.text == "Stopped; no file was written."
    assert [each.name for each in side.parent.iterdir() if "damaged" in each.name] == []
    assert dialog._make.isEnabled()


def test_a_disk_that_is_full_is_one_sentence(dialog, qtbot, side, monkeypatch):
    def full(*_):
        raise StorageError("side damaged.wav needs 1 MB and 0 MB are free; make room")

    monkeypatch.setattr("training.degrade_file.export_set", full)
    dialog.make()
    wait_until_written(dialog, qtbot)
    assert dialog.banner.text == "side damaged.wav needs 1 MB and 0 MB are free; make room."
    assert not side.with_name("side damaged.degraded.json").exists()


def test_everything_has_a_name_and_a_key_of_its_own(dialog):
    assert nameless(dialog) == []
    texts = [each.text() for each in dialog.findChildren(QPushButton)]
    texts += [each.text() for each in dialog.findChildren(QLabel) if each.buddy() is not None]
    texts += [each.text() for each in dialog.findChildren(QCheckBox)]
    found = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert sorted(found) == sorted(set(found))


def test_the_copy_reads_back(dialog, qtbot, side):
    dialog.chain.set_damage([Clipping(sdr_db=15.0)])
    dialog.make()
    wait_until_written(dialog, qtbot)
    with open_audio(side) as clean, open_audio(side.with_name("side damaged.wav")) as damaged:
        assert damaged.format == clean.format
        before, after = (each.read(0, each.n_samples).samples for each in (clean, damaged))
    assert snr_db(before, after) == pytest.approx(15.0, abs=0.2)

import pytest

from app import settings as keys
from engine.errors import DeviceError


@pytest.fixture
def plugged(monkeypatch):
    """Names of the devices that are connected; those connected later need a rescan."""
    plugged = ["Speakers", "Headphones & more"]
    known: list[str] = []

    def list_them(*, rescan=False):
        if rescan or not known:
            known[:] = plugged
        return list(known)

    monkeypatch.setattr("app.output_devices.output_devices", list_them)
    return plugged


@pytest.fixture
def looked(window, session, qtbot, plugged):
    """Opens the menu, and reads what it offers once that is known."""
    devices = session.hearing.devices

    def look():
        menu = window.menus.menu("Listen/Output Device")
        menu.aboutToShow.emit()
        qtbot.waitUntil(lambda: devices.runner.current is None)
        return {row.text(): row.isChecked() for row in window._devices.rows}

    return look


def test_the_system_comes_first_and_what_is_chosen_is_ticked(looked, window, session):
    assert looked() == {"System default": True, "Speakers": False, "Headphones && more": False}
    window._devices.rows[2].trigger()
    assert session.settings.get(keys.output_device) == "Headphones & more"
    assert session.player.device == "Headphones & more"
    assert looked() == {"System default": False, "Speakers": False, "Headphones && more": True}
    assert window.transport.device.toolTip() == "Sound goes to: Headphones & more"


def test_a_device_that_was_connected_since_is_found_by_a_rescan(
    opened, looked, session, plugged, act, qtbot
):
    looked()
    plugged.append("Interface")
    assert "Interface" not in looked()
    session.view_state.set_playhead(0.5)
    act("play")
    act("rescan_devices")
    assert not session.player.is_playing
    assert session.player.position_s == 0.5
    act("play")  # no device is opened while they are looked for
    assert not session.player.is_playing
    assert opened.status.word.startswith("Looking for sound devices")
    qtbot.waitUntil(lambda: "Interface" in session.hearing.devices.names)
    assert "Interface" in looked()
    assert list(session.hearing.devices.names) == plugged
    act("play")
    assert session.player.is_playing
    session.player.stop()


def test_a_chosen_device_that_is_gone_is_told_and_stays_chosen(looked, session, plugged, act):
    session.hearing.devices.choose("Headphones & more")
    del plugged[1]
    assert looked() == {
        "System default": False,
        "Speakers": False,
        "Headphones && more (not connected)": True,
    }


def test_without_any_device_one_sentence_stands_in_the_menu(looked, window, plugged, monkeypatch):
    plugged.clear()
    assert list(looked()) == ["System default", "No sound device was found."]
    assert not window._devices.rows[1].isEnabled()

    def missing(**_):
        raise DeviceError("Nothing can be played, as the PortAudio library is missing.")

    monkeypatch.setattr("app.output_devices.output_devices", missing)
    assert list(looked())[1].startswith("Nothing can be played")


def test_a_device_that_cannot_be_opened_is_told_in_the_banner(opened, session, act):
    session.hearing.devices.choose("none")
    act("play")
    assert opened.banner.text == "There is no such device."
    assert not session.player.is_playing
    session.hearing.devices.choose("")
    act("play")
    assert session.player.is_playing
    assert opened.banner.text == ""
    session.player.stop()

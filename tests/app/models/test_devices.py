from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import settings as keys
from app.models.devices import DeviceDialog
from tests.app.test_accessibility import nameless

FACTS = {
    "compute": [
        {"name": "cpu", "description": "2 threads", "memory_bytes": 16e9, "free_bytes": 4.2e9}
    ],
    "compute_used": "cpu",
}


def test_devices_are_told_with_their_memory(opened, act, session, qtbot, monkeypatch):
    monkeypatch.setattr("app.device_list.compute_facts", lambda: FACTS)
    act("device_information")
    (dialog,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, DeviceDialog))
    qtbot.waitUntil(lambda: "cpu" in dialog.told)
    assert dialog.told == "• cpu: 2 threads; 4.2 GB of 16.0 GB free\nNetworks run on: cpu"
    assert nameless(dialog) == []
    dialog._copy.click()
    assert QGuiApplication.clipboard().text() == dialog.told
    session.settings.set(keys.compute_device, "mps")
    dialog._on_found(FACTS)
    assert dialog.told.endswith("Networks run on: mps")
    dialog.close()

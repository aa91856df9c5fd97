"""Views: pictures of the recording. VIEWS names them all."""

from app.views.base import AudioView
from app.views.events import EventsView
from app.views.overview import OverviewView
from app.views.spectrogram import SpectrogramView
from app.views.waveform import WaveformView

VIEWS: dict[str, type[AudioView]] = {
    "overview": OverviewView,
    "waveform": WaveformView,
    "spectrogram": SpectrogramView,
    "events": EventsView,
}

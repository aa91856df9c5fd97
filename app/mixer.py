"""Mixer: what the audio callback computes; Original, Result and Removed on one clock.

Shapes:
    block   (channel time)          float32, samples of the recording
    out     (time output_channel)   float32, what the sound device takes

`fill` neither locks nor waits: what other threads want is read once a block from plain attributes.
Nothing of a cue is faded: the ramps that keep its ends from clicking lie before its start and
behind its stop. A loop that is to be seamless is the exception: at its end, what lies before its
start is faded in.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from app.document import Monitored
from app.playback_buffer import PAGE_SAMPLES, Cue, Page, PlaybackBuffer, Reel
from engine.audio import Samples
from engine.dsp.stream_filter import StreamFilter

FADE_S = 0.008
BLOCK_SAMPLES = 1024
N_MARKS = 256


class Mark(NamedTuple):
    """A block that was mixed: when it is heard and what is in it."""

    time_s: float
    """`time.perf_counter` at which its first sample is heard."""
    cue: Cue | None
    position: int
    n_samples: int
    """How far the position moved, wraps included; the rest of the block is silence."""
    ended: bool
    block: Samples
    """What is heard, of each channel of the recording; written over once N_MARKS have followed."""


class _Voice:
    """One thing heard: a reel, a way of listening, a position of its own."""

    def __init__(self, reel: Reel, monitored: Monitored, gain: float, position: int) -> None:
        self.reel, self.monitored, self.gain, self.position = reel, monitored, gain, position

    def is_same(self, reel: Reel, monitored: Monitored, gain: float) -> bool:
        if reel is not self.reel or monitored is not self.monitored:
            return False
        return gain == self.gain

    def copy(self, page: Page, at: slice, out: Samples) -> None:
        if self.monitored is Monitored.ORIGINAL:
            out[:] = page.original[:, at]
        elif self.monitored is Monitored.RESULT:
            out[:] = page.result[:, at]
        else:
            np.subtract(page.original[:, at], page.result[:, at], out=out)
        if self.gain != 1.0:
            np.multiply(out, np.float32(self.gain), out=out)


class Mixer:
    """Fills blocks of sound from a playback buffer."""

    def __init__(self, buffer: PlaybackBuffer) -> None:
        self.buffer = buffer
        self.cue: Cue | None = None
        """What is to be heard; None is silence."""
        self.monitored = Monitored.RESULT
        self.gains = dict.fromkeys(Monitored, 1.0)
        """Amplitude of each as it is heard, relative to what it is."""
        self.is_mono = False
        """Whether the mean of all channels is heard on each."""
        self.equaliser: StreamFilter | None = None
        """What all that is heard goes through; the recording itself is not changed."""
        self.under_runs = 0
        """Blocks in which the buffer had too little; silence was heard in its place."""
        self.marks: deque[Mark] = deque(maxlen=N_MARKS - 1)
        self._fade = max(1, round(FADE_S * buffer.sample_rate))
        self._ramp = ((np.arange(self._fade) + 1) / (self._fade + 1)).astype(np.float32)
        self._voice: _Voice | None = None
        self._before: _Voice | None = None
        self._fade_left = 0
        self._equalised_by: StreamFilter | None = None
        self._was_mono = False
        self._kept = np.zeros((N_MARKS, buffer.n_channels, BLOCK_SAMPLES), np.float32)
        self._n_kept = 0
        self._blocks = np.zeros((3, buffer.n_channels, BLOCK_SAMPLES), np.float32)

    def fill(self, out: Samples, time_s: float) -> None:
        """Fill out (time output_channel), whose first sample is heard at time_s."""
        for start in range(0, len(out), BLOCK_SAMPLES):
            part = out[start : start + BLOCK_SAMPLES]
            self._fill(part, time_s + start / self.buffer.sample_rate)

    def _fill(self, out: Samples, time_s: float) -> None:
        frames = len(out)
        if self._voice is None:  # in silence there is nothing to fade from
            self._equalised_by = self.equaliser
        self._begin_fade()
        block = self._blocks[0, :, :frames]
        voice = self._voice
        position = voice.position if voice else 0
        advanced = self._read(voice, block)
        self._mix_before(block)
        self._equalise(block)
        self._sum(block)
        kept = self._kept[self._n_kept % N_MARKS, :, :frames]
        kept[:] = block  # levels are measured by whoever reads the marks, not here
        self._n_kept += 1
        cue = voice.reel.cue if voice else None
        ended = voice is not None and voice.position >= self._end(voice.reel.cue)
        if voice is not None:
            voice.reel.position = voice.position
        self.marks.append(Mark(time_s, cue, position, advanced, ended, kept))
        _fold(block, out)

    def _begin_fade(self) -> None:
        """Take up what is wanted now, unless the fade before has still to be finished."""
        if self._fade_left:
            return
        voice, cue, reel = self._voice, self.cue, self.buffer.reel
        monitored = self.monitored
        gain = self.gains[monitored]
        if cue is None:
            fresh = None
        elif reel is None or reel.cue is not cue:
            return
        elif voice is None or voice.reel.cue is not cue:
            start = max(0, cue.start - self._fade)
            fresh = _Voice(reel, monitored, gain, start)
        elif voice.is_same(reel, monitored, gain):
            return
        else:
            fresh = _Voice(reel, monitored, gain, voice.position)
        self._before, self._voice = voice, fresh
        self._fade_left = self._fade if voice else 0

    def _mix_before(self, block: Samples) -> None:
        """Fade out what was heard before, under the block of what is heard now."""
        before = self._before
        if before is None or not self._fade_left:
            return
        n_faded = min(block.shape[1], self._fade_left)
        done = self._fade - self._fade_left
        ramp = self._ramp[done : done + n_faded]
        other = self._blocks[1, :, :n_faded]
        self._read(before, other)
        head = block[:, :n_faded]
        if self._voice is not None and self._voice.reel.cue is before.reel.cue:
            # linear, as the two are alike; in this form equal samples stay equal to the bit
            np.subtract(head, other, out=head)
            np.multiply(head, ramp, out=head)
        else:
            np.multiply(other, np.subtract(1.0, ramp), out=other)
        np.add(head, other, out=head)
        self._fade_left -= n_faded
        if not self._fade_left:
            self._before = None

    def _equalise(self, block: Samples) -> None:
        """Filter a block; from one filter to the next, or to none, it is faded within the block."""
        wanted, present = self.equaliser, self._equalised_by
        if wanted is present is None:
            return
        fresh = block if wanted is None else wanted.process(block)
        if wanted is not present:
            old = block if present is None else present.process(block)
            n_samples = block.shape[1]
            rise = ((np.arange(n_samples) + 1) / (n_samples + 1)).astype(np.float32)
            fresh = old + rise * (fresh - old)
            self._equalised_by = wanted
        block[:] = fresh

    def _sum(self, block: Samples) -> None:
        """Put the mean of all channels on each; to that and back it is faded within the block."""
        is_mono, was_mono = self.is_mono, self._was_mono
        if not (is_mono or was_mono) or len(block) == 1:
            return
        mean = self._blocks[1, 0, : block.shape[1]]
        np.mean(block, axis=0, out=mean)
        if is_mono and was_mono:
            block[:] = mean
            return
        n_samples = block.shape[1]
        share = ((np.arange(n_samples) + 1) / (n_samples + 1)).astype(np.float32)
        block += (share if is_mono else share[::-1]) * (mean - block)
        self._was_mono = is_mono

    def _read(self, voice: _Voice | None, out: Samples) -> int:
        """Fill out from a voice and move it on; returns how far, silence follows."""
        frames, done = out.shape[1], 0
        while voice is not None and done < frames:
            position = voice.position
            n_more = min(frames - done, self._border(voice.reel.cue, position) - position)
            if n_more <= 0:
                break
            index, offset = divmod(position, PAGE_SAMPLES)
            n_more = min(n_more, PAGE_SAMPLES - offset)
            page = voice.reel.pages.get(index)
            if page is None:
                self.under_runs += 1
                break
            part = out[:, done : done + n_more]
            voice.copy(page, slice(offset, offset + n_more), part)
            self._shape(voice.reel.cue, position, part)
            self._lead_back(voice, part)
            voice.position = self._wrapped(voice.reel.cue, position + n_more)
            done += n_more
        out[:, done:] = 0.0
        return done

    def _end(self, cue: Cue) -> int:
        return min(cue.stop + self._fade, self.buffer.n_samples)

    def _border(self, cue: Cue, position: int) -> int:
        """Where the stretch ends that is treated alike: the fade in, the cue, the fade out."""
        if position < cue.start:
            return cue.start
        if position < self._seam(cue):
            return self._seam(cue)
        return cue.stop if position < cue.stop else self._end(cue)

    def _shape(self, cue: Cue, position: int, part: Samples) -> None:
        n_samples = part.shape[1]
        if position < cue.start:
            at = position - (cue.start - self._fade)
            np.multiply(part, self._ramp[at : at + n_samples], out=part)
        elif position >= cue.stop:
            at = position - cue.stop
            np.multiply(part, self._ramp[::-1][at : at + n_samples], out=part)

    def _seam(self, cue: Cue) -> int:
        """Where a loop begins to be led back to its start; its stop if it is not."""
        if not (cue.is_seamless and self.buffer.loop):
            return cue.stop
        return cue.stop - min(self._fade, cue.start, (cue.stop - cue.start) // 2)

    def _lead_back(self, voice: _Voice, part: Samples) -> None:
        """Fade over to what lies before the start of a loop, in a part that lies past its seam."""
        cue, position, n_samples = voice.reel.cue, voice.position, part.shape[1]
        seam = self._seam(cue)
        if not seam <= position < cue.stop:
            return
        index, offset = divmod(cue.start - (cue.stop - position), PAGE_SAMPLES)
        n_first = min(n_samples, PAGE_SAMPLES - offset)
        lead = self._blocks[2, :, :n_samples]
        for page_index, at, piece in (
            (index, slice(offset, offset + n_first), lead[:, :n_first]),
            (index + 1, slice(0, n_samples - n_first), lead[:, n_first:]),
        ):
            page = voice.reel.pages.get(page_index)
            if piece.shape[1] == 0:
                continue
            if page is None:  # not read yet: this once the loop has its step
                return
            voice.copy(page, at, piece)
        done, length = position - seam, cue.stop - seam + 1
        ramp = (np.arange(done, done + n_samples, dtype=np.float32) + 1) / np.float32(length)
        ramp = 0.5 - 0.5 * np.cos(np.pi * ramp)  # the corners of a straight one are heard as well
        np.subtract(lead, part, out=lead)
        np.multiply(lead, ramp, out=lead)
        np.add(part, lead, out=part)

    def _wrapped(self, cue: Cue, position: int) -> int:
        return cue.start if self.buffer.loop and position == cue.stop else position


def _fold(block: Samples, out: Samples) -> None:
    """Put channels on outputs: one on all; of more than there are outputs, the mean of each n-th.

    Four channels on two outputs: the first and third on the left, the second and fourth right.
    """
    n_outputs = out.shape[1]
    n_channels = len(block)
    for output in range(n_outputs):
        sources = range(output % n_channels, n_channels, n_outputs)
        out[:, output] = block[sources[0]]
        for channel in sources[1:]:
            out[:, output] += block[channel]
        if len(sources) > 1:
            out[:, output] /= len(sources)

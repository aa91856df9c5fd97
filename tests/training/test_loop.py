"""The loop: goes on after a kill, agrees over processes, goes back when a loss is no number."""

import csv
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from engine.errors import ModelError, SettingsError, StorageError
from engine.models.weights import load_weights
from engine.progress import Cancelled
from tests.conftest import REPOSITORY
from training import workers
from training.config import NetworkConfig, Recipe, read_recipe, section
from training.dataset import open_sides
from training.families.noise_to_noise import NoiseToNoiseSettings
from training.loop import train
from training.run import Run, make_network
from training.run_curve import CURVE
from training.run_folder import BEST, CHECKPOINT, LAST, prepare_folder
from training.workers import Alone

RECIPE = """
name = "tiny"
[data]
clean = ["music"]
sample_rate = 8000
segment_samples = 4096
validation_share = 0.3
seed = 3
[[damage]]
name = "white_noise"
snr_db = [0.0, 20.0]
[network]
name = "light"
[network.config]
n_fft = 256
hop_length = 64
channels = [4, 6]
time_dilations = [1]
bin_dilations = [1]
n_taps = 1
[training]
family = "{family}"
batch = 4
learning_rate = 5e-3
warm_up_steps = 2
max_steps = {steps}
validate_steps = {validate}
n_validation = 4
preview_steps = 0
checkpoint_s = 0.0
{more}
"""


@pytest.fixture
def material(tmp_path: Path, rng: np.random.Generator) -> Path:
    """A data folder: four recordings of two seconds, and room for recipes."""
    folder = tmp_path / "data"
    (folder / "music").mkdir(parents=True)
    time_s = np.arange(16000) / 8000
    for number in range(4):
        tones = [np.sin(2 * np.pi * rng.uniform(100, 1500) * time_s) for _ in range(4)]
        samples = 0.1 * sum(tones) * np.exp(-((time_s * 3) % 1.0))
        soundfile.write(folder / "music" / f"piece{number}.wav", samples, 8000)
    return folder


def written(
    folder: Path, steps: int = 12, validate: int = 4, family: str = "supervised", more: str = ""
) -> Path:
    path = folder / "tiny.toml"
    path.write_text(RECIPE.format(steps=steps, validate=validate, family=family, more=more))
    return path


def opened(folder: Path, run: Path, **wanted: Any) -> tuple[Run, Recipe]:
    torch.set_num_threads(1)
    path = written(folder, **wanted)
    recipe = read_recipe(path, folder)
    prepare_folder(path, run, resume=True)
    return Run.open(recipe, run, Alone(torch.device("cpu")), folder), recipe


def trained(folder: Path, run: Path, **wanted: Any) -> Run:
    made, recipe = opened(folder, run, **wanted)
    train(made, open_sides(recipe, folder, folder / "cache"))
    return made


def curve(run: Path, without: tuple[str, ...] = ("seconds",)) -> list[dict[str, str]]:
    with (run / CURVE).open() as lines:
        rows = list(csv.DictReader(lines))
    return [{k: v for k, v in row.items() if k not in without} for row in rows]


def command(folder: Path, run: Path, *words: str) -> list[str]:
    return ["app", "train", str(folder / "tiny.toml"), "-o", str(run), "--data", str(folder),
            "--device", "cpu", "--threads", "1", *words]  # fmt: skip


def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "OMP_NUM_THREADS": "1"}  # fmt: skip


def test_a_network_learns_and_its_weights_are_kept(material, tmp_path):
    run = tmp_path / "run"
    trained(material, run, steps=60, validate=20)
    rows = curve(run)
    assert [int(row["step"]) for row in rows] == [20, 40, 60]
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"]) - 0.05
    model = load_weights(run / BEST)
    assert (model.card.network, model.card.sample_rate, model.card.level) == ("light", 8000, 0.06)
    assert model.card.training["family"] == "supervised"
    assert load_weights(run / LAST).card.training["steps"] == 60


def test_killed_anywhere_it_makes_the_same_curve(material, tmp_path):
    steps, validate = 60, 6
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    trained(material, whole, steps=steps, validate=validate)
    words = [sys.executable, "-m", *command(material, cut)]
    process = subprocess.Popen(
        words, cwd=REPOSITORY, env=environment(tmp_path), stderr=subprocess.DEVNULL
    )
    while not (cut / CURVE).is_file() or len(curve(cut)) < 3:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(curve(cut)) < steps // validate
    subprocess.run(
        [*words, "--resume"], cwd=REPOSITORY, env=environment(tmp_path), check=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert curve(cut) == curve(whole)
    for name in (BEST, LAST):
        kept = [load_weights(each / name).network.state_dict() for each in (whole, cut)]
        assert all(torch.equal(kept[0][key], kept[1][key]) for key in kept[0])


def test_two_processes_learn_what_one_learns_from_twice_the_batch(material, tmp_path):
    alone, two = tmp_path / "alone", tmp_path / "two"
    trained(material, alone)
    starter = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2",
               "--master-port", str(29000 + os.getpid() % 900), "-m"]  # fmt: skip
    done = subprocess.run(
        [*starter, *command(material, two)], cwd=REPOSITORY, env=environment(tmp_path),
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for mine, theirs in zip(curve(alone), curve(two), strict=True):
        for name in ("loss", "train_loss", "si_sdr_gain"):
            assert float(mine[name]) == pytest.approx(float(theirs[name]), abs=1e-4), name


@pytest.mark.parametrize(("fastest", "on_cpu"), [("cpu", True), ("cuda", False)])
def test_several_processes_meet_on_the_processor_where_there_is_no_gpu(
    monkeypatch, fastest, on_cpu
):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(workers, "pick_device", lambda wanted: fastest)
    monkeypatch.setattr(workers, "Together", lambda on_cpu: on_cpu)
    assert workers.join_workers("auto") is on_cpu


def test_a_loss_that_is_no_number_goes_back_and_halves_the_rate(material, tmp_path, monkeypatch):
    run, recipe = opened(material, tmp_path / "run")
    steps, rates = [], []
    learn = run.family.step

    def spoilt(batch):
        steps.append(run.spent.step)
        rates.append(run.family.optimisers["network"].param_groups[0]["lr"])
        cost = learn(batch)
        return {**cost, "loss": float("nan")} if len(steps) == 6 else cost

    monkeypatch.setattr(run.family, "step", spoilt)
    outcome = train(run, open_sides(recipe, material, material / "cache"))
    assert outcome.rollbacks == 1
    assert steps == [0, 1, 2, 3, 4, 5, *range(5, 12)]  # the last checkpoint was of step 5
    assert rates[6] == pytest.approx(rates[5] / 2)


def test_a_loss_that_never_is_a_number_stops_with_a_sentence(material, tmp_path, monkeypatch):
    run, recipe = opened(material, tmp_path / "run")
    monkeypatch.setattr(run.family, "step", lambda batch: {"loss": float("nan")})
    with pytest.raises(ModelError, match=r"the loss was not a number 6 times.*learning_rate"):
        train(run, open_sides(recipe, material, material / "cache"))


def test_stopped_by_the_user_it_keeps_the_last_step(material, tmp_path):
    run, recipe = opened(material, tmp_path / "run", more="")

    def stop(fraction, message=""):
        if message.startswith("step 5"):
            raise Cancelled

    with pytest.raises(Cancelled):
        train(run, open_sides(recipe, material, material / "cache"), progress=stop)
    again, _ = opened(material, tmp_path / "run")
    assert again.spent.step == 5


def test_a_folder_that_holds_a_run_is_refused_without_resume(material, tmp_path):
    run = tmp_path / "run"
    trained(material, run)
    with pytest.raises(StorageError, match="holds a training already"):
        prepare_folder(material / "tiny.toml", run, resume=False)


def test_a_folder_in_which_nothing_began_may_be_used(material, tmp_path):
    run, path = tmp_path / "run", written(material)
    prepare_folder(path, run, resume=False)
    path.write_text(path.read_text().replace("tiny", "other"))
    prepare_folder(path, run, resume=False)
    assert 'name = "other"' in (run / "recipe.toml").read_text()


def test_a_checkpoint_of_another_network_is_refused(material, tmp_path):
    run = tmp_path / "run"
    trained(material, run)
    path = material / "tiny.toml"
    path.write_text(path.read_text().replace("[4, 6]", "[4, 8]"))
    with pytest.raises(ModelError, match="of another network or family"):
        Run.open(read_recipe(path, material), run, Alone(torch.device("cpu")), material)


def test_a_damaged_checkpoint_is_one_sentence(material, tmp_path):
    run = tmp_path / "run"
    trained(material, run)
    (run / CHECKPOINT).write_bytes(b"\x00" * 40)
    with pytest.raises(ModelError, match="is no checkpoint of a training, or is damaged"):
        opened(material, run)


def test_an_unknown_family_is_named(material, tmp_path):
    with pytest.raises(SettingsError, match="family = 'alchemy' is none of"):
        opened(material, tmp_path / "run", family="alchemy")


def test_weights_to_start_from_that_have_changed_are_one_sentence(material, tmp_path):
    trained(material, tmp_path / "first", steps=2, validate=2)
    base = material / "base.safetensors"
    base.write_bytes((tmp_path / "first" / BEST).read_bytes())
    sha256 = hashlib.sha256(base.read_bytes()).hexdigest()
    config = NetworkConfig("light", start=base.name, sha256=sha256)
    assert make_network(config, material).name == "light"
    base.write_bytes((tmp_path / "first" / LAST).read_bytes() + b" ")
    with pytest.raises(ModelError, match=r"base.safetensors has changed since the recipe was"):
        make_network(config, material)


def test_a_judgement_that_was_cut_off_is_made_when_it_goes_on(material, tmp_path):
    steps, validate = 12, 4
    trained(material, tmp_path / "whole", steps=steps, validate=validate)
    run, recipe = opened(material, tmp_path / "cut", steps=steps, validate=validate)

    def stop(fraction, message=""):
        if message == "judging at step 8":
            raise Cancelled

    with pytest.raises(Cancelled):
        train(run, open_sides(recipe, material, material / "cache"), progress=stop)
    assert [row["step"] for row in curve(tmp_path / "cut")] == ["4"]
    trained(material, tmp_path / "cut", steps=steps, validate=validate)
    assert curve(tmp_path / "cut") == curve(tmp_path / "whole")


def test_what_is_wrong_with_the_settings_of_a_family_names_their_table():
    with pytest.raises(SettingsError, match=r"\[family\] loss = 'cube' is none of"):
        section(NoiseToNoiseSettings, {"loss": "cube"}, "family")

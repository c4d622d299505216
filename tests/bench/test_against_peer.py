"""The peer's steps are the peer's, and the figures of the comparison are true."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
import soundfile
from rich.console import Console
from safetensors.numpy import save_file

from bench import peer_mel, talking_clip
from bench.comparison import STAGES, Made, film_table, ratio
from bench.flops import generator_flops, layer_macs, peak_fp16_flops, size_after
from bench.our_wav2lip import run_stages
from bench.peer_network import NoPeerNetworkError, peer_network
from bench.peer_wav2lip import batches, make_film, read_box
from bench.random_weights import linked_store, random_tensors, save_for_paddle
from bench.stage_meter import Stage, StageMeter, read_stages
from talker.assets import store
from talker.lips.wav2lip.mel import Mel
from talker.lips.wav2lip.network import Layer, expected_tensors
from talker.lips.wav2lip.weights import import_weights


def test_operations_of_a_layer_are_those_counted_by_hand():
    plain = Layer("plain", inputs=6, outputs=16, kernel=7, padding=3)
    assert size_after(plain, (96, 96)) == (96, 96)
    assert layer_macs(plain, (96, 96)) == 96 * 96 * 16 * 6 * 7 * 7
    halving = Layer("halving", inputs=16, outputs=32, stride=(2, 2))
    assert size_after(halving, (96, 96)) == (48, 48)
    assert layer_macs(halving, (96, 96)) == 48 * 48 * 32 * 16 * 3 * 3
    doubling = Layer("doubling", 160, 64, stride=(2, 2), transposed=True, output_padding=1)
    assert size_after(doubling, (48, 48)) == (96, 96)
    assert layer_macs(doubling, (48, 48)) == 48 * 48 * 160 * 64 * 3 * 3


def test_the_generator_takes_the_published_number_of_operations():
    assert generator_flops() == pytest.approx(2 * 3.97e9, rel=0.002)


def test_the_longest_name_of_a_device_counts():
    assert peak_fp16_flops("NVIDIA L40S") == 362e12
    assert peak_fp16_flops("NVIDIA H100 PCIe") == 756e12
    assert peak_fp16_flops("NVIDIA H100 80GB HBM3") == 989e12
    assert peak_fp16_flops("some other device") is None


def test_the_peers_mels_equal_ours():
    rng = np.random.default_rng(1)
    samples = (0.1 * rng.normal(size=16_000)).astype(np.float32)
    peer = peer_mel.melspectrogram(samples)
    ours = Mel(samples, peer_mel.SAMPLE_RATE).columns.T
    assert peer.shape == (80, 81)
    np.testing.assert_allclose(peer, ours, atol=1e-4)


@pytest.mark.parametrize("fps", [24, 25, 30, 50])
def test_the_peers_windows_follow_its_rule_and_end_early(fps: int):
    mel = np.arange(81.0)[None] * np.ones((80, 1))
    windows = peer_mel.windows(mel, fps)
    starts = [int(window[0, 0]) for window in windows]
    whole = [number for number in range(fps) if number * 80 // fps + 16 <= 81]
    assert starts == [*(number * 80 // fps for number in whole), 81 - 16]
    assert len(windows) < fps
    assert all(window.shape == (80, 16) for window in windows)


def test_the_peers_batches_hold_masked_and_whole_faces_in_float64_and_loop_the_clip():
    rng = np.random.default_rng(2)
    frames = [rng.integers(0, 255, (60, 80, 3), np.uint8) for _ in range(3)]
    mels = [np.full((80, 16), float(number)) for number in range(5)]
    found = list(batches(frames, mels, read_box("10,40,20,60"), 4, StageMeter()))
    assert [len(copies) for _, _, copies in found] == [4, 1]
    faces, windows, copies = found[0]
    assert faces.shape == (4, 96, 96, 6)
    assert faces.dtype == np.float64
    assert not faces[:, 48:, :, :3].any()
    np.testing.assert_array_equal(faces[:, :48, :, :3], faces[:, :48, :, 3:])
    np.testing.assert_array_equal(
        np.round(faces[0, ..., 3:] * 255), cv2.resize(frames[0][10:40, 20:60], (96, 96))
    )
    assert windows.shape == (4, 80, 16, 1)
    np.testing.assert_array_equal(copies[3], frames[0])
    assert copies[3] is not frames[0]


def test_random_weights_fit_the_network_and_come_from_the_seed():
    tensors = random_tensors(5)
    assert {name: tensor.shape for name, tensor in tensors.items()} == expected_tensors()
    again, other = random_tensors(5), random_tensors(6)
    weight = "output_block.1.weight"
    np.testing.assert_array_equal(tensors[weight], again[weight])
    assert not np.array_equal(tensors[weight], other[weight])


def test_a_linked_store_shows_the_models_and_takes_others_alone(tmp_path: Path):
    for folder in ("models/one", "models/other-hq", "stamps"):
        (tmp_path / "old" / folder).mkdir(parents=True)
    (tmp_path / "old/models/one/weights").write_text("1")
    linked_store(tmp_path / "new", tmp_path / "old", without="other")
    assert not (tmp_path / "new/models/other-hq").exists()
    assert (tmp_path / "new/models/one/weights").read_text() == "1"
    (tmp_path / "new/models/two").mkdir()
    assert not (tmp_path / "old/models/two").exists()


def test_the_peer_makes_a_film_of_a_clip(tmp_path: Path):
    try:
        peer_network()
    except NoPeerNetworkError as error:
        pytest.skip(str(error))
    weights, sound, clip = (tmp_path / name for name in ("w.pdparams", "s.wav", "c.mp4"))
    save_for_paddle(random_tensors(), weights)
    rng = np.random.default_rng(3)
    soundfile.write(sound, (0.1 * rng.normal(size=8000)).astype(np.float32), 16_000)
    write_clip(clip, frames=5)
    meter = StageMeter()
    film = tmp_path / "film.mp4"
    frames = make_film(clip, sound, weights, read_box("20,80,30,90"), film, meter, batch=4)
    counted, stages = read_stages(meter.as_json(frames))
    with av.open(str(film)) as made:
        assert sum(1 for _ in made.decode(video=0)) == frames == counted == 10
        assert made.streams.video[0].codec_context.name == "h264"
        assert made.streams.audio[0].codec_context.name == "aac"
    assert set(stages) == {"decode", "mel", "load", "crop", "generator", "paste", "encode"}
    assert stages["generator"].wall_s > 0
    assert stages["generator"].peak_mb > 100


@pytest.mark.usefixtures("assets")
def test_our_stages_run_over_as_many_frames_as_the_film_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    weights, sound, still = (tmp_path / name for name in ("w.safetensors", "s.wav", "face.png"))
    save_file(random_tensors(), weights)
    linked_store(tmp_path / "store", store.path(), without="wav2lip")
    still.write_bytes(store.file("astronaut", "astronaut.png").read_bytes())
    monkeypatch.setenv("TALKER_HOME", str(tmp_path / "store"))
    import_weights(weights, "wav2lip-hq")
    rng = np.random.default_rng(3)
    soundfile.write(sound, (0.1 * rng.normal(size=8000)).astype(np.float32), 16_000)
    meter, film = StageMeter(), tmp_path / "film.mp4"
    frames = run_stages(still, sound, film, meter)
    counted, stages = read_stages(meter.as_json(frames))
    assert frames == counted == 13
    assert list(stages) == list(STAGES)
    with av.open(str(film)) as made:
        assert sum(1 for _ in made.decode(video=0)) == 13


def test_a_long_clip_is_the_short_one_again_and_again(tmp_path: Path):
    short, long = tmp_path / "short.mp4", tmp_path / "long.mp4"
    write_clip(short, frames=10)
    talking_clip.make_long(short, long, length_s=1.1)
    times, means = [], []
    with av.open(str(long)) as made:
        for frame in made.decode(video=0):
            times.append(Fraction(frame.pts) * frame.time_base)
            means.append(frame.to_ndarray(format="gray").mean())
    assert times == [Fraction(number, 25) for number in range(30)]
    np.testing.assert_allclose(means[10:], means[:20], atol=0.01)


def test_the_meter_adds_turns_up_and_sees_memory_that_is_given_back():
    meter = StageMeter()
    with meter.stage("small"):
        pass
    for _ in range(2):
        with meter.stage("large"):
            held = np.ones(30_000_000)
            del held
    frames, stages = read_stages(meter.as_json(7))
    assert frames == 7
    assert list(stages) == ["small", "large"]
    assert stages["large"].peak_mb > stages["small"].peak_mb + 200


def test_a_table_shows_rates_real_time_and_how_many_times_as_fast():
    ours = Made(100, {"mel": Stage("mel", 0.5, 0.5, 50.0)}, wall_s=8.0, cpu_s=16.0, peak_mb=400.0)
    peer = Made(90, {"mel": Stage("mel", 0.9, 0.9, 70.0)}, wall_s=36.0, cpu_s=45.0, peak_mb=4000.0)
    assert ratio(ours, peer) == pytest.approx(5.0)
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(film_table("A film", ours, peer, fps=25))
    lines = {
        line.strip().split("  ")[0]: line.split() for line in console.export_text().split("\n")
    }
    assert lines["mel windows"][2:] == [
        "200.0",
        "100.0",
        "0.12",
        "0.25",
        "5.0",
        "10.0",
        "50",
        "70",
        "2.0",
    ]
    assert lines["end to end, from cold"][5:] == [
        *("12.5", "2.5", "2.00", "10.00", "160.0", "500.0", "400", "4000", "5.0")
    ]
    assert lines["paste"][1:] == ["-"] * 9


def write_clip(path: Path, frames: int) -> None:
    with av.open(str(path), "w") as made:
        video = made.add_stream("libx264", rate=25, options={"bf": "0"})
        video.width, video.height, video.pix_fmt = 128, 96, "yuv420p"
        for number in range(frames):
            picture = np.full((96, 128, 3), 20 * number + 30, np.uint8)
            made.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        made.mux(video.encode())

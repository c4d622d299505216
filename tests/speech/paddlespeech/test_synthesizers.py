"""PaddleSpeech's models run alone and by PaddleSpeech itself: the same phones, mel and sound."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from talker.errors import AssetError, SpeechError
from talker.speech.paddlespeech.onnx_synthesizer import OnnxSynthesizer
from talker.speech.paddlespeech.worker_synthesizer import WorkerSynthesizer

HOP = 300
PHONES = list(range(10, 40))
TONES = [2 + index % 6 for index in range(30)]
ACOUSTIC = {
    "fastspeech2_csmsc": (None, None),
    "fastspeech2_aishell3": (None, 2),
    "speedyspeech_csmsc": (TONES, None),
}
VOCODERS = ("hifigan_csmsc", "mb_melgan_csmsc", "pwgan_csmsc")


def alone(models: Path, acoustic: str, vocoder: str) -> OnnxSynthesizer:
    graphs = (models / f"{name}_onnx" / f"{name}.onnx" for name in (acoustic, vocoder))
    return OnnxSynthesizer(*graphs, 24_000)


def in_paddle(models: Path, acoustic: str, vocoder: str) -> WorkerSynthesizer:
    return WorkerSynthesizer((acoustic, models / acoustic), (vocoder, models / vocoder), "cpu")


@pytest.fixture(params=ACOUSTIC)
def acoustic(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=VOCODERS)
def vocoder(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("slowness", [1.0, 1.37, 0.7])
def test_both_paths_give_the_same_mel_durations_and_sound(
    random_models: Path, acoustic: str, vocoder: str, slowness: float
) -> None:
    tones, speaker = ACOUSTIC[acoustic]
    graphs = alone(random_models, acoustic, vocoder)
    paddle = in_paddle(random_models, acoustic, vocoder)
    mel, durations = graphs.mel(PHONES, tones, speaker, slowness)
    own_mel, own_durations = paddle.mel(PHONES, tones, speaker, slowness)
    np.testing.assert_array_equal(durations, own_durations)
    np.testing.assert_allclose(mel, own_mel, atol=1e-5)
    said = graphs.speak(PHONES, tones, speaker, slowness)
    own = paddle.speak(PHONES, tones, speaker, slowness)
    np.testing.assert_allclose(said.samples, own.samples, atol=1e-5)
    assert said.samples.std() > 1e-3
    assert said.durations.sum() * HOP == len(said.samples)
    assert len(said.durations) == len(PHONES)
    assert graphs.sample_rate == paddle.sample_rate == 24_000


def test_slowness_stretches_every_phone(random_models: Path, acoustic: str) -> None:
    tones, speaker = ACOUSTIC[acoustic]
    graphs = alone(random_models, acoustic, "mb_melgan_csmsc")
    plain = graphs.speak(PHONES, tones, speaker, 1.0).durations
    slow = graphs.speak(PHONES, tones, speaker, 2.0).durations
    np.testing.assert_array_equal(slow, 2 * plain)
    assert plain.min() > 0


def test_speakers_differ(random_models: Path) -> None:
    graphs = alone(random_models, "fastspeech2_aishell3", "mb_melgan_csmsc")
    first, other = (graphs.mel(PHONES, None, speaker, 1.0) for speaker in (0, 3))
    assert first[0].shape != other[0].shape or np.abs(first[0] - other[0]).max() > 0.01


def test_the_same_phones_give_the_same_sound_whatever_was_said_before(
    random_models: Path, vocoder: str
) -> None:
    for made in (alone, in_paddle):
        voice = made(random_models, "fastspeech2_csmsc", vocoder)
        first = voice.speak(PHONES, None, None, 1.0).samples
        voice.speak(PHONES[:7], None, None, 0.8)
        np.testing.assert_array_equal(first, voice.speak(PHONES, None, None, 1.0).samples)


def test_a_phone_that_the_model_has_not_is_an_error_and_not_the_end(random_models: Path) -> None:
    for made in (alone, in_paddle):
        voice = made(random_models, "fastspeech2_csmsc", "mb_melgan_csmsc")
        with pytest.raises(SpeechError, match="fail"):
            voice.speak([10, 99_999, 12], None, None, 1.0)
        assert len(voice.speak(PHONES, None, None, 1.0).samples) > 0


def test_a_worker_that_is_killed_is_started_again(random_models: Path) -> None:
    voice = in_paddle(random_models, "fastspeech2_csmsc", "mb_melgan_csmsc")
    before = voice.speak(PHONES, None, None, 1.0).samples
    os.kill(voice._worker._process.pid, signal.SIGKILL)
    voice._worker._process.wait()
    np.testing.assert_array_equal(before, voice.speak(PHONES, None, None, 1.0).samples)


def test_a_worker_that_dies_of_a_request_is_an_error_that_says_so(random_models: Path) -> None:
    voice = in_paddle(random_models, "fastspeech2_csmsc", "mb_melgan_csmsc")
    process = voice._worker._process
    os.kill(process.pid, signal.SIGSTOP)
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(SpeechError, match=r"ended \(exit -9\)"):
        voice._worker.ask({"do": "speak", "key": [], "arguments": []})
    assert len(voice.speak(PHONES, None, None, 1.0).samples) > 0


def test_one_worker_serves_all_voices(random_models: Path) -> None:
    first = in_paddle(random_models, "fastspeech2_csmsc", "mb_melgan_csmsc")
    second = in_paddle(random_models, "speedyspeech_csmsc", "hifigan_csmsc")
    assert first._worker is second._worker
    assert "Paddle" in first.device
    assert "CPU" in first.device


def test_weights_of_another_model_are_refused_by_name(random_models: Path, tmp_path: Path) -> None:
    for name in ("default.yaml", "speech_stats.npy", "phone_id_map.txt"):
        (tmp_path / name).write_bytes((random_models / "fastspeech2_csmsc" / name).read_bytes())
    weights = random_models / "hifigan_csmsc" / "model.safetensors"
    (tmp_path / "model.safetensors").write_bytes(weights.read_bytes())
    vocoder = "hifigan_csmsc", random_models / "hifigan_csmsc"
    with pytest.raises(AssetError, match="weights are not those"):
        WorkerSynthesizer(("fastspeech2_csmsc", tmp_path), vocoder, "cpu")


def test_a_file_that_is_no_graph_is_refused(random_models: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no graph at all" * 10)
    vocoder = random_models / "hifigan_csmsc_onnx" / "hifigan_csmsc.onnx"
    with pytest.raises(AssetError, match=r"broken\.onnx"):
        OnnxSynthesizer(broken, vocoder, 24_000)
    with pytest.raises(AssetError, match="acoustic models"):
        OnnxSynthesizer(vocoder, vocoder, 24_000)


def test_an_opened_graph_is_kept_and_speaks_the_same(random_models: Path, tmp_path: Path) -> None:
    paths: list[Path] = []
    for name in ("fastspeech2_csmsc", "pwgan_csmsc"):
        paths.append(tmp_path / f"{name}.onnx")
        paths[-1].write_bytes((random_models / f"{name}_onnx" / f"{name}.onnx").read_bytes())
    first = OnnxSynthesizer(*paths, 24_000).speak(PHONES, None, None, 1.0)
    kept = sorted(tmp_path.glob(".*.opened"))
    assert len(kept) == 2
    again = OnnxSynthesizer(*paths, 24_000).speak(PHONES, None, None, 1.0)
    np.testing.assert_allclose(first.samples, again.samples, atol=1e-6)
    for path in kept:
        path.write_bytes(b"broken")
    mended = OnnxSynthesizer(*paths, 24_000).speak(PHONES, None, None, 1.0)
    np.testing.assert_allclose(first.samples, mended.samples, atol=1e-6)
    assert sorted(tmp_path.glob(".*.opened")) == kept

"""PaddleSpeech's own models in Paddle; only the worker process imports this."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import paddle
import yaml
from numpy.typing import NDArray
from safetensors.numpy import load_file

from talker.speech.paddlespeech.opened_graphs import noise_of

_MODULES = {
    "fastspeech2": ("fastspeech2.fastspeech2", "FastSpeech2", "FastSpeech2Inference"),
    "speedyspeech": ("speedyspeech.speedyspeech", "SpeedySpeech", "SpeedySpeechInference"),
    "hifigan": ("hifigan.hifigan", "HiFiGANGenerator", "HiFiGANInference"),
    "mb_melgan": ("melgan.melgan", "MelGANGenerator", "MelGANInference"),
    "pwgan": ("parallel_wavegan.parallel_wavegan", "PWGGenerator", "PWGInference"),
}
_ACOUSTIC_PARAMETERS, _VOCODER_PARAMETERS = "main_params/", "generator_params/"
# Packages whose own code imports training, text front ends and services, none of which speaks.
_BARE = (
    *("", "utils", "t2s", "t2s.utils", "t2s.models", "t2s.modules", "t2s.modules.conformer"),
    *("t2s.modules.predictor", "t2s.modules.transformer"),
    *(f"t2s.models.{module.partition('.')[0]}" for module, _, _ in _MODULES.values()),
)


def take_sizes_as_tensors() -> None:
    """Lets `Tensor.expand` take sizes that are tensors of one number.

    Since version 2.4 numpy makes no number of an array of one, as Paddle 3.3 wants it to there.
    """
    expand = paddle.Tensor.expand

    def expanded(tensor: Any, shape: Sequence[Any]) -> Any:
        return expand(
            tensor, [size if isinstance(size, int) else int(size.item()) for size in shape]
        )

    setattr(paddle.Tensor, "expand", expanded)  # noqa: B010 - the stub is stricter


def paddlespeech(module: str) -> ModuleType:
    """A module of PaddleSpeech, such as "t2s.models.hifigan.hifigan", without what it lies in.

    `import paddlespeech.t2s` alone takes a quarter of a minute and seventy packages.

    Raises:
        ImportError: It is not installed.
    """
    spec = find_spec("paddlespeech") if "paddlespeech" not in sys.modules else None
    if spec and spec.origin:
        root = Path(spec.origin).parent
        for name in _BARE:
            full = f"paddlespeech.{name}".rstrip(".")
            package = ModuleType(full)
            package.__path__ = [str(root.joinpath(*filter(None, name.split("."))))]
            sys.modules[full] = package
    return importlib.import_module(f"paddlespeech.{module}")


class AcousticModel:
    """FastSpeech2 or SpeedySpeech.

    Args:
        name: Of the release, such as "fastspeech2_csmsc".
        folder: Holds `default.yaml`, `model.safetensors`, `speech_stats.npy`, `phone_id_map.txt`
            and, where there are several, `tone_id_map.txt` and `speaker_id_map.txt`.
    """

    def __init__(self, name: str, folder: Path) -> None:
        kind = _kind(name)
        config = _config(folder)
        phones, tones, speakers = (
            _lines(folder / file)
            for file in ("phone_id_map.txt", "tone_id_map.txt", "speaker_id_map.txt")
        )
        if kind == "fastspeech2":
            sizes = {"idim": phones, "odim": config["n_mels"], "spk_num": speakers}
        else:
            sizes = {"vocab_size": phones, "tone_size": tones, "spk_num": speakers}
        module, network, inference = _MODULES[kind]
        source = paddlespeech(f"t2s.models.{module}")
        model = getattr(source, network)(**sizes, **config["model"])
        _set(model, folder, _ACOUSTIC_PARAMETERS)
        self.sample_rate = int(config["fs"])
        self._several_speakers = speakers is not None
        self._counts = {"phones": phones, "tones": tones, "speakers": speakers}
        self._takes_tones = kind == "speedyspeech"
        self._speak = getattr(source, inference)(_normalizer(folder / "speech_stats.npy"), model)
        self._speak.eval()
        self._durations: NDArray[np.int64] | None = None
        self._slowness = 1.0
        model.length_regulator.forward = self._stretched

    def mel(
        self,
        phones: Sequence[int],
        tones: Sequence[int] | None,
        speaker: int | None,
        slowness: float,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Log mel, shape (frames, bands), and frames of each phone; see `Synthesizer.speak`."""
        self._slowness = slowness
        # Paddle reads whatever lies in memory behind the last row of a table.
        for what, ids in self._counts.items():
            given = {"phones": phones, "tones": tones or (), "speakers": [speaker or 0]}[what]
            if given and not 0 <= min(given) <= max(given) < (ids or 1):
                raise ValueError(
                    f"of {ids} {what} none has the number {max(given)} or {min(given)}"
                )
        arguments = [paddle.to_tensor(np.asarray(phones, np.int64))]
        if self._takes_tones:
            arguments.append(paddle.to_tensor(np.asarray(tones, np.int64)))
        several = self._several_speakers
        more = {"spk_id": paddle.to_tensor([speaker or 0])} if several else {}
        with paddle.no_grad():
            mel = self._speak(*arguments, **more).numpy()
        durations = self._durations
        assert durations is not None  # noqa: S101 - the model stretches in every call
        return mel, durations

    def _stretched(self, encodings: Any, durations: Any, *_: Any, **__: Any) -> Any:
        """Stands for the model's own length regulator, and notes what it does."""
        wanted = paddle.floor(durations.astype("float32") * self._slowness + 0.5).astype("int64")
        self._durations = wanted.numpy().reshape(-1)
        return paddle.repeat_interleave(encodings, wanted.reshape([-1]), axis=1)


class Vocoder:
    """HiFiGAN, multi-band MelGAN or Parallel WaveGAN.

    Args:
        name: Of the release, such as "hifigan_csmsc".
        folder: Holds `default.yaml`, `model.safetensors` and `speech_stats.npy`.
    """

    def __init__(self, name: str, folder: Path) -> None:
        module, network, inference = _MODULES[_kind(name)]
        source = paddlespeech(f"t2s.models.{module}")
        model = getattr(source, network)(**_config(folder)["generator_params"])
        _set(model, folder, _VOCODER_PARAMETERS)
        model.remove_weight_norm()
        if network == "PWGGenerator":
            model.inference = partial(_from_noise, model)
        self._sound = getattr(source, inference)(_normalizer(folder / "speech_stats.npy"), model)
        self._sound.eval()

    def samples(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sound of a log mel, shape (n,); the same for the same mel."""
        with paddle.no_grad():
            return self._sound(paddle.to_tensor(mel)).numpy().reshape(-1)


def _from_noise(generator: Any, mel: Any) -> Any:
    """Stands for Parallel WaveGAN's own inference, with the noise that its graph is given."""
    noise = noise_of(mel.shape[0] * generator.upsample_factor).reshape(1, 1, -1)
    width = generator.aux_context_window
    around = paddle.nn.Pad1D(width, mode="replicate")(mel.transpose([1, 0]).unsqueeze(0))
    return generator(paddle.to_tensor(noise), around).squeeze(0).transpose([1, 0])


def _kind(name: str) -> str:
    """What a release is, by its name."""
    return next(kind for kind in _MODULES if name.startswith(kind))


def _config(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "default.yaml").read_text("utf-8"))


def _lines(path: Path) -> int | None:
    if not path.exists():
        return None
    return sum(1 for line in path.read_text("utf-8").splitlines() if line.strip())


def _normalizer(path: Path) -> Any:
    mean, deviation = np.load(path, allow_pickle=False)
    zscore = paddlespeech("t2s.modules.normalizer").ZScore
    return zscore(paddle.to_tensor(mean), paddle.to_tensor(deviation))


def _set(model: Any, folder: Path, prefix: str) -> None:
    """Give a model its weights, every one of them in its own shape."""
    kept = load_file(folder / "model.safetensors")
    given = {name[len(prefix) :]: kept[name] for name in kept if name.startswith(prefix)}
    wanted = model.state_dict()
    missing = sorted(wanted.keys() - given.keys())
    other = sorted(
        name
        for name in wanted.keys() & given.keys()
        if tuple(wanted[name].shape) != given[name].shape
    )
    if missing or other:
        raise ValueError(
            f"the weights are not those of the model: missing {missing[:3]}, of another shape "
            f"{other[:3]}"
        )
    model.set_state_dict({name: paddle.to_tensor(given[name]) for name in wanted})

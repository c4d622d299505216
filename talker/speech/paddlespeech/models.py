"""The models of a voice: found in the store, and opened on the best path there is."""

from __future__ import annotations

from pathlib import Path

from talker.assets import store
from talker.assets.voices import GRAPHS, Voice
from talker.errors import AssetError, UsageError
from talker.speech.paddlespeech.alphabet import Alphabet
from talker.speech.paddlespeech.synthesizer import Synthesizer

_PHONES, _TONES, _SPEAKERS = "phone_id_map.txt", "tone_id_map.txt", "speaker_id_map.txt"


def open_models(voice: Voice) -> tuple[Synthesizer, Alphabet, int | None]:
    """What speaks a voice, its alphabet, and the number of its speaker.

    The released ONNX graphs need nothing that is not installed, and speak in a second or two.
    PaddleSpeech itself is there for those who ask for it, on a GPU where Paddle has one.

    Raises:
        AssetError: A model is missing or broken, or the voice names none.
        MissingExtraError: The voice asks for Paddle, which is not installed.
        UsageError: The voice names no such speaker.
    """
    if voice.acoustic is None or voice.vocoder is None:
        raise AssetError(
            f"The voice '{voice.name}' names no models.",
            'Give it an acoustic model and a vocoder, such as acoustic = "fastspeech2_csmsc".',
        )
    acoustic, vocoder = (store.files(entry) for entry in voice.models)
    alphabet, speaker = _names(acoustic, voice)
    if voice.runtime == "paddle":
        from talker.speech.paddlespeech.worker_synthesizer import WorkerSynthesizer

        worker = WorkerSynthesizer(
            (voice.acoustic, acoustic[0].parent), (voice.vocoder, vocoder[0].parent)
        )
        return worker, alphabet, speaker
    from talker.speech.paddlespeech.onnx_synthesizer import OnnxSynthesizer

    graphs = OnnxSynthesizer(_graph(acoustic), _graph(vocoder), voice.sample_rate)
    return graphs, alphabet, speaker


def prepare(entry: str) -> None:
    """Open a release's graph once, so that its first use is as quick as any other.

    Args:
        entry: Of the store; ready. One that is no graph of speech needs nothing.

    Raises:
        AssetError: It holds no graph that can run.
    """
    from talker.speech.paddlespeech.kept_sessions import session_of
    from talker.speech.paddlespeech.opened_graphs import open_acoustic_graph, open_vocoder_graph

    if entry.endswith(GRAPHS):
        files = store.files(entry)
        is_acoustic = any(file.name == _PHONES for file in files)
        session_of(_graph(files), open_acoustic_graph if is_acoustic else open_vocoder_graph, 1)


def _graph(files: tuple[Path, ...]) -> Path:
    [graph] = [file for file in files if file.suffix == ".onnx"]
    return graph


def _names(files: tuple[Path, ...], voice: Voice) -> tuple[Alphabet, int | None]:
    named = {file.name: file for file in files}
    alphabet = Alphabet.read(named[_PHONES], named.get(_TONES))
    speakers = named.get(_SPEAKERS)
    return alphabet, _speaker(voice, speakers)


def _speaker(voice: Voice, names: Path | None) -> int | None:
    if voice.speaker is None:
        return None
    wanted = str(voice.speaker)
    if names is None:
        return int(wanted) if wanted.isdecimal() else None
    known = dict(line.split() for line in names.read_text("utf-8").splitlines() if line.strip())
    if wanted in known:
        return int(known[wanted])
    if wanted in known.values():
        return int(wanted)
    raise UsageError(
        f"The voice '{voice.name}' has no speaker '{wanted}'.",
        f"It has {len(known)}: 0 to {len(known) - 1}.",
    )

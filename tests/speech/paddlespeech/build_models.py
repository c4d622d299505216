"""Random PaddleSpeech models, of its own classes: `python build_models.py FOLDER`.

Each is written as the store keeps the release of that name, as a checkpoint (`hifigan_csmsc`) and
as the ONNX graph of the same weights (`hifigan_csmsc_onnx`).

Today's Paddle writes graphs of FastSpeech2 that no runtime takes: its length regulator is a loop
over phones, its positions are made anew in each call, and sizes without an axis are joined with
sizes that have one. Of Parallel WaveGAN the exporter cannot write the noise and the nearest
neighbours, and it garbles the slopes of leaky ReLUs. Here, and only here, these are put in other
words, or mended. The released graphs were written by the Paddle of their day; the names of inputs
and the places of durations, tempo and noise are the same.
"""

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import paddle
import paddle2onnx
import yaml
from onnx import numpy_helper
from paddle.static import InputSpec
from safetensors.numpy import save_file

from talker.speech.listening.arpabet import _IPA
from talker.speech.paddlespeech.paddle_models import AcousticModel, Vocoder, paddlespeech

SPEAKERS = 4
_BANDS, _RATE, _HOP = 80, 24_000, 300
# Of leaky ReLUs; HiFiGAN's last one has Paddle's own.
_SLOPE, _LAST_SLOPE = 0.1, 0.01
_FASTSPEECH2 = {
    "adim": 64,
    "aheads": 2,
    "elayers": 2,
    "eunits": 128,
    "dlayers": 2,
    "dunits": 128,
    "positionwise_layer_type": "conv1d",
    "positionwise_conv_kernel_size": 3,
    "duration_predictor_layers": 2,
    "duration_predictor_chans": 64,
    "duration_predictor_kernel_size": 3,
    "postnet_layers": 5,
    "postnet_filts": 5,
    "postnet_chans": 64,
    "use_scaled_pos_enc": True,
    "encoder_normalize_before": True,
    "decoder_normalize_before": True,
    "reduction_factor": 1,
    "pitch_predictor_layers": 3,
    "pitch_predictor_chans": 64,
    "pitch_embed_kernel_size": 1,
    "energy_predictor_layers": 2,
    "energy_predictor_chans": 64,
    "energy_embed_kernel_size": 1,
}
_SPEEDYSPEECH = {
    "encoder_hidden_size": 64,
    "encoder_kernel_size": 3,
    "encoder_dilations": [1, 3, 1],
    "duration_predictor_hidden_size": 64,
    "decoder_hidden_size": 64,
    "decoder_output_size": _BANDS,
    "decoder_kernel_size": 3,
    "decoder_dilations": [1, 3, 1],
}
_VOCODERS = {
    "hifigan": {
        "in_channels": _BANDS,
        "out_channels": 1,
        "channels": 32,
        "kernel_size": 7,
        "upsample_scales": (5, 5, 4, 3),
        "upsample_kernel_sizes": (10, 10, 8, 6),
        "resblock_kernel_sizes": (3, 7),
        "resblock_dilations": [(1, 3), (1, 3)],
        "use_additional_convs": True,
        "bias": True,
        "nonlinear_activation": "leakyrelu",
        "nonlinear_activation_params": {"negative_slope": _SLOPE},
        "use_weight_norm": True,
    },
    "mb_melgan": {
        "in_channels": _BANDS,
        "out_channels": 4,
        "kernel_size": 7,
        "channels": 96,
        "upsample_scales": [5, 5, 3],
        "stack_kernel_size": 3,
        "stacks": 2,
        "nonlinear_activation_params": {"negative_slope": _SLOPE},
        "use_weight_norm": True,
        "use_causal_conv": False,
        "use_final_nonlinear_activation": True,
    },
    "pwgan": {
        "in_channels": 1,
        "out_channels": 1,
        "kernel_size": 3,
        "layers": 6,
        "stacks": 3,
        "residual_channels": 16,
        "gate_channels": 32,
        "skip_channels": 16,
        "aux_channels": _BANDS,
        "aux_context_window": 2,
        "dropout": 0.0,
        "bias": True,
        "use_weight_norm": True,
        "use_causal_conv": False,
        "upsample_scales": [4, 5, 3, 5],
        "interpolate_mode": "nearest",
        "freq_axis_kernel_size": 1,
    },
}
_CLASSES = {
    "fastspeech2": ("fastspeech2.fastspeech2", "FastSpeech2"),
    "speedyspeech": ("speedyspeech.speedyspeech", "SpeedySpeech"),
    "hifigan": ("hifigan.hifigan", "HiFiGANGenerator"),
    "mb_melgan": ("melgan.melgan", "MelGANGenerator"),
    "pwgan": ("parallel_wavegan.parallel_wavegan", "PWGGenerator"),
}


def main(folder: Path) -> None:
    for name in ("fastspeech2_csmsc", "fastspeech2_aishell3", "speedyspeech_csmsc"):
        _acoustic(name, folder / name)
    for kind in _VOCODERS:
        _vocoder(f"{kind}_csmsc", folder / f"{kind}_csmsc")
    # Graphs are traced from the models as they are loaded for speaking.
    for name in ("fastspeech2_csmsc", "fastspeech2_aishell3", "speedyspeech_csmsc"):
        _acoustic_graph(name, folder / name, folder / f"{name}_onnx")
    for kind in _VOCODERS:
        _vocoder_graph(f"{kind}_csmsc", folder / f"{kind}_csmsc", folder / f"{kind}_csmsc_onnx")


def _phones(*, with_tones: bool) -> list[str]:
    """The phones of PaddleSpeech's Mandarin lexicon, and of English."""
    # The package around the lexicon is a text front end with needs of its own.
    around = ModuleType("paddlespeech.t2s.frontend")
    around.__path__ = [f"{paddlespeech('t2s').__path__[0]}/frontend"]
    sys.modules[around.__name__] = around
    lexicon = paddlespeech("t2s.frontend.generate_lexicon").generate_lexicon(
        with_tone=with_tones, with_erhua=False
    )
    mandarin = sorted({phone for phones in lexicon.values() for phone in phones.split()})
    vowels = [f"{phone}{stress}" for phone in _IPA if phone[0] in "AEIOU" for stress in "012"]
    diphthongs = [
        f"{phone}{stress}" for phone in ("AW", "AY", "EY", "OW", "OY") for stress in "012"
    ]
    consonants = [phone for phone in _IPA if phone[0] not in "AEIOU"]
    return ["<pad>", "<unk>", *mandarin, *vowels, *diphthongs, *consonants, "sp", "<eos>"]


def _acoustic(name: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    kind = name.partition("_")[0]
    phones = _phones(with_tones=kind == "fastspeech2")
    _numbered(folder / "phone_id_map.txt", phones)
    module, network = _CLASSES[kind]
    paddle.seed(len(name))
    if kind == "fastspeech2":
        config = {"n_mels": _BANDS, "fs": _RATE, "n_shift": _HOP, "model": dict(_FASTSPEECH2)}
        several = name.endswith("aishell3")
        if several:
            config["model"].update(spk_embed_dim=16, spk_embed_integration_type="concat")
            _numbered(folder / "speaker_id_map.txt", [f"SSB{n:04}" for n in range(SPEAKERS)])
        sizes = {"idim": len(phones), "odim": _BANDS, "spk_num": SPEAKERS if several else None}
    else:
        config = {"n_mels": _BANDS, "fs": _RATE, "n_shift": _HOP, "model": _SPEEDYSPEECH}
        tones = ["<pad>", "<unk>", "0", "1", "2", "3", "4", "5"]
        _numbered(folder / "tone_id_map.txt", tones)
        sizes = {"vocab_size": len(phones), "tone_size": len(tones)}
    model = getattr(paddlespeech(f"t2s.models.{module}"), network)(**sizes, **config["model"])
    bias = model.duration_predictor.linear.bias
    bias.set_value(paddle.full_like(bias, 2.0))  # about six frames a phone
    _write(folder, config, model, "main_params")


def _vocoder(name: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    kind = name.rpartition("_")[0]
    module, network = _CLASSES[kind]
    paddle.seed(len(name))
    config = {"fs": _RATE, "n_shift": _HOP, "generator_params": _VOCODERS[kind]}
    model = getattr(paddlespeech(f"t2s.models.{module}"), network)(**_VOCODERS[kind])
    _write(folder, config, model, "generator_params")


def _numbered(path: Path, names: list[str]) -> None:
    path.write_text("".join(f"{name} {number}\n" for number, name in enumerate(names)), "utf-8")


def _write(folder: Path, config: dict, model: paddle.nn.Layer, prefix: str) -> None:
    text = yaml.safe_dump(_plain(config))
    (folder / "default.yaml").write_text(text, "utf-8")
    arrays = {f"{prefix}/{name}": value.numpy() for name, value in model.state_dict().items()}
    save_file(arrays, folder / "model.safetensors")
    rng = np.random.default_rng(1)
    stats = np.stack([rng.normal(-3, 0.5, _BANDS), rng.uniform(0.8, 1.6, _BANDS)])
    np.save(folder / "speech_stats.npy", stats.astype(np.float32))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _acoustic_graph(name: str, checkpoint: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    model = AcousticModel(name, checkpoint)._speak
    network = model.acoustic_model
    del network.length_regulator.forward  # the class's own, which notes no durations
    type(network.length_regulator).expand = _expand
    embedding = paddlespeech("t2s.modules.transformer.embedding")
    embedding.ScaledPositionalEncoding.forward = _encode_position
    for layer in network.sublayers(include_self=True):
        if isinstance(layer, embedding.PositionalEncoding):
            layer.extend_pe(paddle.zeros([1, 5000]))
    text = InputSpec([-1], "int64", name="text")
    inputs = {
        "fastspeech2_csmsc": [text],
        "fastspeech2_aishell3": [text, InputSpec([1], "int64", name="spk_id")],
        "speedyspeech_csmsc": [
            InputSpec([-1], "int64", name="phones"),
            InputSpec([-1], "int64", name="tones"),
        ],
    }
    _export(model, inputs[name], folder / f"{name}.onnx")
    for file in ("phone_id_map.txt", "tone_id_map.txt", "speaker_id_map.txt"):
        if (checkpoint / file).exists():
            (folder / file).write_bytes((checkpoint / file).read_bytes())


def _vocoder_graph(name: str, checkpoint: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    model = Vocoder(name, checkpoint)._sound
    if name.startswith("pwgan"):
        del model.pwg_generator.inference  # the class's own, which draws its noise
        paddlespeech("t2s.modules.upsample").Stretch2D.forward = _stretch
        paddlespeech(f"t2s.models.{_CLASSES['pwgan'][0]}").PWGGenerator.inference = _from_marked
    _export(model, [InputSpec([-1, _BANDS], "float32", name="logmel")], folder / f"{name}.onnx")


def _expand(self, encodings, durations):
    """Phones stretched to frames, without a loop."""
    lengths = durations.reshape([-1]).cast("float32")
    ends = paddle.cumsum(lengths)
    starts = ends - lengths
    frames = paddle.arange(0, paddle.sum(lengths), 1, dtype="float32").unsqueeze(1)
    spread = (frames >= starts.unsqueeze(0)) & (frames < ends.unsqueeze(0))
    return paddle.matmul(spread.cast("float32").unsqueeze(0), encodings)


def _encode_position(self, x):
    """Positions from the table, which is long enough."""
    length = paddle.shape(x)[1]
    x = x + self.alpha * self.pe[:, :length]
    return x  # noqa: RET504 - Paddle's tracer wants a name


def _stretch(self, x):
    """Every column as often as the scale says."""
    rows = paddle.shape(x)[2]
    x = x.unsqueeze(-1).tile([1, 1, 1, 1, self.w_scale])
    return x.reshape([0, 0, rows, -1])


def _from_marked(self, c=None):
    """Parallel WaveGAN's own, with a sine, which it has nowhere else, where its noise belongs."""
    x = paddle.sin(paddle.tile(c[:, :1], [1, self.upsample_factor]).reshape([1, 1, -1]))
    c = paddle.transpose(c, [1, 0]).unsqueeze(0)
    c = paddle.nn.Pad1D(self.aux_context_window, mode="replicate")(c)
    return self(x, c).squeeze(0).transpose([1, 0])


def _export(model: paddle.nn.Layer, inputs: list[InputSpec], path: Path) -> None:
    traced = paddle.jit.to_static(model, input_spec=inputs)
    static = str(path.with_suffix(""))
    paddle.jit.save(traced, static)
    program = next(
        Path(f"{static}{end}") for end in (".json", ".pdmodel") if Path(f"{static}{end}").exists()
    )
    raw = f"{static}.raw"
    paddle2onnx.export(
        str(program), f"{static}.pdiparams", raw, opset_version=13, optimize_tool="None"
    )
    onnx.save(_mended(onnx.load(raw), path), path)
    for made in (program, Path(f"{static}.pdiparams"), Path(raw)):
        made.unlink()


def _mended(model: onnx.ModelProto, path: Path) -> onnx.ModelProto:
    """Sizes that are joined to a shape, each with one axis; noise for the mark of noise; slopes."""
    graph = model.graph
    makers = {name: node for node in graph.node for name in node.output}
    graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "one_axis"))
    last = None
    for node in graph.node:
        if node.op_type == "Sin":
            node.op_type = "RandomNormalLike"
        if node.op_type == "Pad":
            del node.input[2:]  # what is padded with, garbled too; zeros are meant
        if node.op_type == "LeakyRelu":
            node.attribute[0].f = _SLOPE
            last = node
        if node.op_type != "Concat" or node.attribute[0].i != 0:
            continue
        parts = [makers.get(name) for name in node.input]
        if all(part is not None and part.op_type == "Unsqueeze" for part in parts):
            for part in parts:
                part.op_type = "Reshape"
                del part.input[1:]
                del part.attribute[:]
                part.input.append("one_axis")
    if last and path.name.startswith("hifigan"):
        last.attribute[0].f = _LAST_SLOPE
    return model


if __name__ == "__main__":
    main(Path(sys.argv[1]))

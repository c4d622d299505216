"""One contract over everything that runs the generator, and the choice among them."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from random_weights import random_weights
from running import ROOT
from safetensors.numpy import save_file

from talker.errors import AssetError, TalkerError, UsageError
from talker.lips.wav2lip.generating import CPU_BATCH, GeneratorRuntime, usable_threads
from talker.lips.wav2lip.gpus import gpu_names
from talker.lips.wav2lip.onnx_runtime import CUDA
from talker.lips.wav2lip.plain_network import plain_faces
from talker.lips.wav2lip.runtime import RUNTIMES, RuntimeSpec, drawing_time_s, open_generator
from talker.onnx import onnx_runtime

Array = NDArray[np.float32]

without_gpu = pytest.mark.skipif(gpu_names() != (), reason="there is a GPU")


@pytest.fixture(scope="module")
def tensors() -> dict[str, Array]:
    return random_weights(11)


@pytest.fixture(scope="module")
def weights(tensors: dict[str, Array], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "generator.safetensors"
    save_file(tensors, path)
    return path


@pytest.fixture(scope="module", params=RUNTIMES, ids=lambda spec: spec.name)
def generator(request: pytest.FixtureRequest, weights: Path) -> GeneratorRuntime:
    spec: RuntimeSpec = request.param
    if not spec.is_installed:
        pytest.skip(f"{spec.package} is not installed")
    return open_generator("cpu", spec.name, weights=weights)


@pytest.fixture(scope="module")
def seen() -> tuple[Array, Array]:
    """Mel windows and faces, more than one batch of them."""
    random = np.random.default_rng(12)
    count = CPU_BATCH + 3
    mels = random.uniform(-4, 4, (count, 1, 80, 16)).astype(np.float32)
    return mels, random.random((count, 6, 96, 96), np.float32)


@pytest.fixture(scope="module")
def spoken(generator: GeneratorRuntime, seen: tuple[Array, Array]) -> Array:
    return generator.generate(*seen)


@pytest.mark.parametrize("spec", RUNTIMES, ids=lambda spec: spec.name)
def test_the_lower_part_can_be_had_alone(
    spec: RuntimeSpec, weights: Path, tensors: dict[str, Array], seen: tuple[Array, Array]
) -> None:
    if not spec.is_installed:
        pytest.skip(f"{spec.package} is not installed")
    part = open_generator("cpu", spec.name, weights=weights, first_row=45)
    spoken = part.generate(seen[0][:2], seen[1][:2])
    expected = plain_faces(tensors, seen[0][:2], seen[1][:2])
    np.testing.assert_allclose(spoken, expected[:, :, 45:], rtol=0, atol=1e-5)


def test_faces_are_those_of_the_network(
    tensors: dict[str, Array], seen: tuple[Array, Array], spoken: Array
) -> None:
    assert spoken.shape == (len(seen[0]), 3, 96, 96)
    assert spoken.dtype == np.float32
    assert spoken.min() >= 0
    assert spoken.max() <= 1
    some = [0, CPU_BATCH - 1, CPU_BATCH, CPU_BATCH + 2]
    expected = plain_faces(tensors, seen[0][some], seen[1][some])
    assert expected.std() > 0.02
    np.testing.assert_allclose(spoken[some], expected, rtol=0, atol=1e-5)


def test_faces_are_the_same_in_any_batches(
    generator: GeneratorRuntime, seen: tuple[Array, Array], spoken: Array
) -> None:
    mels, faces = seen
    for cuts in ([0, 1, 3, 11], [0, 10, 11]):
        parts = [
            generator.generate(mels[first:end], faces[first:end]) for first, end in pairwise(cuts)
        ]
        np.testing.assert_allclose(np.concatenate(parts), spoken, rtol=0, atol=1e-5)


def test_the_same_is_drawn_every_time(
    generator: GeneratorRuntime, seen: tuple[Array, Array], spoken: Array
) -> None:
    np.testing.assert_array_equal(generator.generate(*seen), spoken)


def test_nothing_gives_nothing(generator: GeneratorRuntime, seen: tuple[Array, Array]) -> None:
    assert generator.generate(seen[0][:0], seen[1][:0]).shape == (0, 3, 96, 96)


def test_arrays_need_not_lie_in_a_row(
    generator: GeneratorRuntime, seen: tuple[Array, Array], spoken: Array
) -> None:
    mels = np.asfortranarray(seen[0][:2])
    faces = np.ascontiguousarray(seen[1][:2].transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(generator.generate(mels, faces), spoken[:2], rtol=0, atol=1e-5)


def test_arrays_of_other_shapes_are_refused(
    generator: GeneratorRuntime, seen: tuple[Array, Array]
) -> None:
    with pytest.raises(ValueError, match="3 mels"):
        generator.generate(seen[0][:3], seen[1][:2])
    with pytest.raises(ValueError, match="mels of shape"):
        generator.generate(seen[0][:2, :, :, :15], seen[1][:2])


def test_it_says_where_it_computes(generator: GeneratorRuntime) -> None:
    threads = usable_threads()
    assert generator.device.startswith("CPU (")
    assert f"{threads} thread" in generator.device
    assert generator.name in ("onnx", "paddle")


class Narrow(GeneratorRuntime):
    """Draws with another runtime, with memory for so many faces at once."""

    name, device = "narrow", "a narrow device"

    def __init__(self, inner: GeneratorRuntime, room: int, batch: int) -> None:
        self.inner, self.room, self.batch = inner, room, batch
        self.tried: list[int] = []

    def _run(self, mels: Array, faces: Array) -> Array:
        self.tried.append(len(mels))
        if len(mels) > self.room:
            np.empty(1 << 62, np.uint8)  # more than any machine has
        return self.inner._run(mels, faces)


def test_out_of_memory_halves_the_batch_and_goes_on(
    generator: GeneratorRuntime, seen: tuple[Array, Array], spoken: Array
) -> None:
    narrow = Narrow(generator, room=2, batch=64)
    np.testing.assert_allclose(narrow.generate(*seen), spoken, rtol=0, atol=1e-5)
    assert narrow.tried == [11, 5, 2, 2, 2, 2, 2, 1]
    assert narrow.batch == 2


def test_no_room_for_one_face_is_an_error(
    generator: GeneratorRuntime, seen: tuple[Array, Array]
) -> None:
    narrow = Narrow(generator, room=0, batch=4)
    with pytest.raises(TalkerError, match="memory of a narrow device"):
        narrow.generate(*seen)
    assert narrow.tried == [4, 2, 1]


SCARCE = """
import resource, sys
import numpy as np
from pathlib import Path
from talker.lips.wav2lip.runtime import open_generator

generator = open_generator("cpu", sys.argv[1], weights=Path(sys.argv[2]))
random = np.random.default_rng(0)
mels = np.resize(random.uniform(-4, 4, (2, 1, 80, 16)).astype(np.float32), (40, 1, 80, 16))
faces = np.resize(random.random((2, 6, 96, 96), np.float32), (40, 6, 96, 96))
expected = np.resize(generator.generate(mels[:2], faces[:2]), (40, 3, 96, 96))
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
generator.batch = 40
resource.setrlimit(resource.RLIMIT_AS, (used + (60 << 20), resource.RLIM_INFINITY))
drawn = generator.generate(mels, faces)
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(np.abs(drawn - expected).max() < 1e-5, generator.batch)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")
def test_memory_that_runs_out_in_onnx_runtime_itself_is_noticed(
    generator: GeneratorRuntime, weights: Path
) -> None:
    if generator.name != "onnx":
        pytest.skip("oneDNN may crash the process when it gets no memory")
    command = [sys.executable, "-c", SCARCE, generator.name, str(weights)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    same, batch = done.stdout.split()
    assert same == "True"
    assert int(batch) in (20, 10, 5, 2, 1)
    assert done.stderr == ""


THREADS = """
import os, sys
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
from pathlib import Path
from talker.lips.wav2lip.runtime import open_generator

print(open_generator("cpu", "onnx", weights=Path(sys.argv[1])).device)
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_no_more_threads_are_used_than_the_process_may_use(
    generator: GeneratorRuntime, weights: Path
) -> None:
    if generator.name != "onnx":
        pytest.skip("asked of one runtime")
    command = [sys.executable, "-c", THREADS, str(weights)]
    said = subprocess.check_output(command, cwd=ROOT, text=True)
    assert said.strip() == "CPU (onnxruntime, 1 thread)"


def test_the_process_stays_as_it_was_when_paddle_comes() -> None:
    pytest.importorskip("paddle", reason="paddlepaddle is not installed")
    program = (
        "import logging, os, signal; before = dict(os.environ), signal.getsignal(signal.SIGINT)\n"
        "from talker.paddle import paddle_module; paddle_module()\n"
        "after = dict(os.environ), signal.getsignal(signal.SIGINT)\n"
        "print(logging.root.handlers, before[1] == after[1],"
        " *(k for k in after[0] if 'THREADS' in k and k not in before[0]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] True"
    assert done.stderr == ""


@without_gpu
def test_a_cpu_takes_the_first_runtime_that_is_installed(weights: Path) -> None:
    assert open_generator(weights=weights).name == "onnx"


@without_gpu
def test_a_gpu_that_is_not_there_is_an_error_with_a_remedy(weights: Path) -> None:
    for device in ("gpu", "gpu:0", "gpu:3"):
        with pytest.raises(UsageError, match=r"no NVIDIA GPU .*--device cpu"):
            open_generator(device, weights=weights)


def test_what_is_no_device_runtime_or_precision_is_refused(weights: Path) -> None:
    for device in ("tpu", "gpu:", "gpu:x", "auto:1", ""):
        with pytest.raises(UsageError, match=f"no device '{device}'"):
            open_generator(device, weights=weights)
    with pytest.raises(UsageError, match=r"no runtime 'torch'.*auto, onnx, paddle"):
        open_generator("cpu", "torch", weights=weights)
    with pytest.raises(UsageError, match=r"no precision 'int8'.*fp32, fp16, bf16"):
        open_generator("cpu", precision="int8", weights=weights)


@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_a_cpu_draws_in_full_precision_only(precision: str, weights: Path) -> None:
    with pytest.raises(UsageError, match=f"fp32 only, not in {precision}"):
        open_generator("cpu", precision=precision, weights=weights)


class FakeCuda:
    """ONNX Runtime as a build for GPUs is, with what comes of opening a session on one."""

    SessionOptions = onnx_runtime().SessionOptions

    def __init__(self, opening: Exception | None) -> None:
        self.opening = opening

    def get_available_providers(self) -> list[str]:
        return [CUDA, "CPUExecutionProvider"]

    def set_default_logger_severity(self, level: int) -> None:
        assert level == 4

    def preload_dlls(self) -> None:
        print("Failed to load libcublas.so.13")

    def InferenceSession(  # noqa: N802
        self, graph: str, options: Any, providers: list[Any], enable_fallback: int = 1
    ) -> Any:
        if len(providers) > 1:
            assert not enable_fallback
            if self.opening:
                raise self.opening
        return onnx_runtime().InferenceSession(graph, options, providers=["CPUExecutionProvider"])


OPENINGS = {
    # As ONNX Runtime says them, shortened.
    "memory of GPU 0 does not hold the generator": RuntimeError(
        "[ONNXRuntimeError] : 1 : FAIL : Exception during initialization: bfc_arena.cc:360 void* "
        "AllocateRawInternal(size_t) Failed to allocate memory for requested buffer of size 106\n"
    ),
    "on GPU 0: CUDA driver version is insufficient": RuntimeError(
        "cuda_call.cc:154 std::conditional_t<THRW> CudaCall(ERRTYPE) CUDA failure 35: CUDA driver "
        "version is insufficient ; GPU=-1 ; hostname=x ; file=/a.cc ; line=1 ; expr=cudaSetDevice"
    ),
    "on GPU 0: provider_options_utils.h:187 Invalid device ID: 7": RuntimeError(
        "/a.cc:63 [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Invalid device ID: 7"
    ),
    "its CUDA libraries do not load": None,
}


@pytest.mark.parametrize("reason", OPENINGS)
def test_what_keeps_onnx_runtime_from_a_gpu_is_said_once_and_the_cpu_draws(
    reason: str, weights: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("talker.lips.wav2lip.runtime.gpu_names", lambda: ("A100",))
    fake = FakeCuda(OPENINGS[reason])
    monkeypatch.setattr("talker.lips.wav2lip.onnx_runtime.onnx_runtime", lambda: fake)
    with pytest.raises(UsageError, match=reason):
        open_generator("gpu", "onnx", weights=weights)
    device = open_generator("auto", "onnx", weights=weights).device
    assert device.startswith("CPU (onnxruntime, ")
    assert "; A100 stays idle: " in device
    assert reason in device
    assert capfd.readouterr() == ("", "")


def test_for_a_precision_those_packages_are_named_that_compute_in_it(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talker.lips.wav2lip.runtime.gpu_names", lambda: ("A100",))
    fake = FakeCuda(None)
    monkeypatch.setattr("talker.lips.wav2lip.onnx_runtime.onnx_runtime", lambda: fake)
    with pytest.raises(UsageError, match=r"in bf16 on GPU 0, A100\. Install paddlepaddle-gpu .*"):
        open_generator("gpu", "onnx", "bf16", weights)
    with pytest.raises(UsageError, match=r"no GPU 7; the last one is GPU 0"):
        open_generator("gpu:7", "onnx", weights=weights)


def test_without_weights_the_command_that_brings_them_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKER_HOME", str(tmp_path))
    with pytest.raises(AssetError, match="talker models import FILE --as wav2lip-gan"):
        open_generator("cpu")


def test_speed_is_measured_on_a_batch_after_the_first(generator: GeneratorRuntime) -> None:
    measured = Narrow(generator, room=64, batch=2)
    assert drawing_time_s(measured) > 0
    assert measured.tried == [2, 2]


@pytest.mark.skipif(gpu_names() == (), reason="there is no GPU")
@pytest.mark.parametrize(
    ("precision", "tolerance"), [("fp32", 1e-4), ("fp16", 0.02), ("bf16", 0.1)]
)
@pytest.mark.parametrize("spec", RUNTIMES, ids=lambda spec: spec.name)
def test_a_gpu_draws_the_same_faces(
    spec: RuntimeSpec,
    precision: str,
    tolerance: float,
    weights: Path,
    tensors: dict[str, Array],
    seen: tuple[Array, Array],
) -> None:
    if not spec.is_installed or not spec.has_cuda() or precision not in spec.precisions:
        pytest.skip(f"{spec.package} as it is installed here does not draw in {precision} on it")
    generator = open_generator("gpu", spec.name, precision, weights)
    assert generator.device.startswith("GPU 0 (")
    expected = plain_faces(tensors, seen[0][:2], seen[1][:2])
    np.testing.assert_allclose(generator.generate(*seen)[:2], expected, rtol=0, atol=tolerance)


@pytest.mark.skipif(gpu_names() == (), reason="there is no GPU")
@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_onnx_runtime_draws_the_same_on_a_gpu_every_time(
    precision: str, weights: Path, seen: tuple[Array, Array]
) -> None:
    spec = next(spec for spec in RUNTIMES if spec.name == "onnx")
    if not spec.has_cuda():
        pytest.skip("this build of ONNX Runtime is for CPUs")
    first, second = (open_generator("gpu", "onnx", precision, weights) for _ in range(2))
    spoken = first.generate(*seen)
    for generator in (first, second):
        np.testing.assert_array_equal(generator.generate(*seen), spoken)

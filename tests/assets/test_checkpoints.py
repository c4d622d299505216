"""Checkpoints of Paddle and torch, whole, broken and hostile."""

from __future__ import annotations

import copyreg
import io
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_files import (
    MAGIC,
    STORAGES,
    TorchFile,
    call,
    group,
    name,
    number,
    original_layout,
    program,
    table,
    text,
    zipped,
)

from talker.assets.checkpoints import Checkpoint, read_checkpoint
from talker.errors import AssetError

FORMS = pytest.mark.parametrize("is_stream", [False, True], ids=["archive", "stream"])

WEIGHTS = {
    "face.conv_block.0.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2),
    "face.conv_block.1._mean": np.array([0.5, -0.5], np.float32),
    "face.conv_block.1._variance": np.array([1, 2], np.float32),
}


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], Checkpoint]:
    def read(content: bytes) -> Checkpoint:
        path = tmp_path / "given.pth"
        path.write_bytes(content)
        return read_checkpoint(path)

    return read


def assert_same(found: object, expected: dict[str, np.ndarray]) -> None:
    assert isinstance(found, dict)
    assert found.keys() == expected.keys()
    for key, array in expected.items():
        assert found[key].dtype == array.dtype, key
        np.testing.assert_array_equal(found[key], array)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("nest", [lambda d: d, lambda d: {"net_g": d}], ids=["flat", "nested"])
def test_a_pickled_dict_of_arrays_is_read_in_every_protocol(read, protocol, nest):
    state: dict[str, Any] = {**WEIGHTS, "StructuredToParameterName@@": {"a": "conv2d_0.w_0"}}
    checkpoint = read(pickle.dumps(nest({**state, "epoch": 3, "lr": np.float64(0.1)}), protocol))
    assert checkpoint.form == "paddle"
    assert_same(checkpoint.arrays.get("net_g", checkpoint.arrays), WEIGHTS)


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_paddle_s_own_files_are_read(read, tmp_path, protocol):
    paddle = pytest.importorskip("paddle", reason="paddlepaddle is not installed")
    tensors = {key: paddle.to_tensor(array) for key, array in WEIGHTS.items()}
    flat, nested = tmp_path / "flat.pdparams", tmp_path / "nested.pdparams"
    paddle.save(tensors, str(flat), protocol=protocol)
    paddle.save({"netG": tensors, "epoch": 7}, str(nested), protocol=protocol)
    assert_same(read_checkpoint(flat).arrays, WEIGHTS)
    assert_same(read_checkpoint(nested).arrays["netG"], WEIGHTS)


def test_text_of_python_2_is_read_as_bytes(read):
    """Its byte strings are the old opcodes U and T, and a type is named in bytes too."""
    array = WEIGHTS["face.conv_block.0.weight"]
    content = array.tobytes()
    kind = call("numpy.dtype", b"U\x02f4", number(0), number(1))
    kind += group(number(3), b"U\x01<", b"NNN", number(-1), number(-1), number(0)) + b"b"
    begun = call("numpy.core.multiarray._reconstruct", name("numpy.ndarray"), b"K\0\x85", b"U\x01b")
    old = b"T" + struct.pack("<i", len(content)) + content
    state = group(number(1), group(*map(number, array.shape)), kind, b"\x89", old)
    found = read(program(b"}" + b"U\x01w" + begun + state + b"bs")).arrays
    assert_same(found, {"w": array})


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", ">f4", "<i8", "u1", "?"])
def test_arrays_keep_type_order_of_axes_and_values(read, dtype):
    array = np.asfortranarray(np.arange(12).reshape(3, 4)).astype(dtype)
    assert_same(read(pickle.dumps({"w": array})).arrays, {"w": array})


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_empty_and_single_arrays_are_read(read, protocol):
    arrays = {"none": np.zeros((0, 3), np.float32), "one": np.array(2.5, np.float32)}
    assert_same(read(pickle.dumps(arrays, protocol)).arrays, arrays)


@FORMS
def test_tensors_of_torch_are_read_in_the_original_layout(read, is_stream):
    checkpoint = read(original_layout(WEIGHTS, is_stream))
    assert checkpoint.form == "torch"
    assert_same(
        checkpoint.arrays["state_dict"],
        {
            "module.face.conv_block.0.weight": WEIGHTS["face.conv_block.0.weight"],
            "module.face.conv_block.1.running_mean": np.array([0.5, -0.5], np.float32),
            "module.face.conv_block.1.running_var": np.array([1, 2], np.float32),
            "module.face.conv_block.1.num_batches_tracked": np.array(90_000),
        },
    )


@FORMS
@pytest.mark.parametrize("code", STORAGES)
def test_every_type_of_tensor_is_read(read, is_stream, code):
    array = np.array([[0, 1, 0], [1, 1, 0]]).astype(code)
    file = TorchFile(is_stream)
    assert_same(read(file.written(table({"t": file.tensor(array)}))).arrays, {"t": array})


@FORMS
def test_tensors_may_share_a_storage_and_stride_through_it(read, is_stream):
    file = TorchFile(is_stream)
    numbers = np.arange(20, dtype=np.float32)
    first = file.storage(numbers)
    again = file.reference("0", "Float", 20)
    state = {
        "turned": file.view(first, 2, (3, 4), (1, 4)),
        "plain": file.view(again, 5, (5,), (1,)),
        "single": file.view(again, 19, (), ()),
        "empty": file.view(again, 20, (0, 3), (3, 1)),
        "void": file.tensor(np.zeros(0, np.float32)),
    }
    assert_same(
        read(file.written(table(state))).arrays,
        {
            "turned": np.lib.stride_tricks.as_strided(numbers[2:], (3, 4), (4, 16)),
            "plain": numbers[5:10],
            "single": np.array(19, np.float32),
            "empty": np.empty((0, 3), np.float32),
            "void": np.empty(0, np.float32),
        },
    )


def test_safetensors_are_read(read):
    from safetensors.numpy import save

    assert_same(read(save(WEIGHTS)).arrays, WEIGHTS)


def test_the_hash_is_of_the_file(read):
    import hashlib

    content = pickle.dumps(WEIGHTS)
    assert read(content).sha256 == hashlib.sha256(content).hexdigest()


def test_a_cycle_and_shared_dicts_end(read):
    shared: dict[str, Any] = {"w": WEIGHTS["face.conv_block.1._mean"]}
    wide: dict[str, Any] = shared
    for _ in range(6):
        wide = {f"k{n}": wide for n in range(50)}
    assert len(read(pickle.dumps(wide)).arrays) == 50
    shared["itself"] = shared
    with pytest.raises(AssetError, match="nested in more than"):
        read(pickle.dumps(shared))


class Order:
    """What a pickle would call."""

    def __init__(self, called: Callable[..., object], *arguments: object) -> None:
        self.called, self.arguments = called, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.called, self.arguments


def ways_to_run(flag: Path) -> list[tuple[str, Order]]:
    """What makes a file as soon as a pickle is opened, and a name that it cannot do without."""
    program_ = f"open({str(flag)!r}, 'w').close()"
    return [
        (f"{os.system.__module__}.system", Order(os.system, f"touch {flag}")),
        ("check_call", Order(subprocess.check_call, ["touch", str(flag)])),
        ("exec", Order(exec, program_)),
        ("eval", Order(eval, program_)),
        ("open", Order(open, str(flag), "w")),
        ("numpy", Order(np.save, str(flag), WEIGHTS["face.conv_block.1._mean"])),
        ("FileIO", Order(io.FileIO, str(flag), "w")),
    ]


@pytest.mark.parametrize("form", ["paddle", "archive", "stream"])
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize("way", range(7))
def test_a_pickle_that_runs_something_is_refused_by_its_name(read, tmp_path, form, protocol, way):
    flag = tmp_path / "ran.npy"
    wanted, order = ways_to_run(flag)[way]
    flag.unlink(missing_ok=True)
    evil = pickle.dumps({"state_dict": {"w": WEIGHTS, "x": order}}, protocol)
    pickle.loads(evil)
    assert flag.exists(), "a pickle that does no harm would prove nothing"
    flag.unlink()
    content = {
        "paddle": evil,
        "archive": zipped({"a/data.pkl": evil}),
        "stream": b"".join(pickle.dumps(head, 2) for head in (MAGIC, 1001, {})) + evil,
    }[form]
    with pytest.raises(AssetError, match=rf"is refused: it asks for '[\w.]*{wanted}"):
        read(content)
    assert not flag.exists()


@pytest.mark.parametrize("place", range(5))
def test_every_pickle_of_a_stream_is_guarded(read, tmp_path, place):
    flag = tmp_path / "ran"
    file = TorchFile(is_stream=True)
    file.written(table({"w": file.tensor(np.zeros(2, np.float32))}))
    parts = [pickle.dumps(part, 2) for part in (MAGIC, 1001, {}, {}, [])]
    parts[place] = pickle.dumps(Order(os.system, f"touch {flag}"), 2)
    with pytest.raises(AssetError, match=rf"it asks for '{os.system.__module__}\.system'"):
        read(b"".join(parts))
    assert not flag.exists()


def test_the_old_forms_of_making_instances_are_refused_by_name(read, tmp_path):
    flag = tmp_path / "ran"
    order = f"(S'touch {flag}'\nios\nsystem\n.".encode()
    pickle.loads(order)
    assert flag.exists()
    flag.unlink()
    with pytest.raises(AssetError, match=r"it makes an instance of 'os\.system'"):
        read(order)
    order = b"(cos\nsystem\n" + text(f"touch {flag}") + b"o."
    with pytest.raises(AssetError, match=r"it asks for 'os\.system'"):
        read(order)
    assert not flag.exists()


@pytest.mark.parametrize("opcode", [b"\x82\x7b", b"\x83\x7b\0", b"\x84\x7b\0\0\0"])
def test_a_registered_extension_is_refused(read, tmp_path, opcode):
    flag = tmp_path / "ran"
    copyreg.add_extension(os.system.__module__, "system", 0x7B)
    try:
        order = program(opcode + group(text(f"touch {flag}")) + b"R")
        pickle.loads(order)
        assert flag.exists()
        flag.unlink()
        with pytest.raises(AssetError, match="it asks for the registered extension 123"):
            read(order)
    finally:
        copyreg.remove_extension(os.system.__module__, "system", 0x7B)
    assert not flag.exists()


BEGUN = call("numpy.core.multiarray._reconstruct", name("numpy.ndarray"), b"K\0\x85", text("b"))
FLOATS = call("numpy.dtype", text("f4"), b"\x89", b"\x88")


def array_state(shape: bytes, content: bytes = b"C\x08" + bytes(8), kind: bytes = FLOATS) -> bytes:
    return BEGUN + group(number(1), shape, kind, b"\x89", content) + b"b"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (call("numpy.ndarray", group(number(3))), r"it calls 'numpy\.ndarray'"),
        (call("torch.FloatStorage", number(3)), r"it asks for 'torch\.FloatStorage'"),
        (call("collections.OrderedDict", group()), "makes a value out of another"),
        (call("builtins.tuple", group(text("a"), text("b"))), "makes a tuple of something else"),
        (call("builtins.bytes", b"J\xff\xff\xff\x7f"), "makes a value out of another"),
        (call("_codecs.encode", text("a"), text("idna")), "encodes a text in another way"),
        (call("numpy.dtype", text("O8")), "array of type 'O8'"),
        (call("numpy.dtype", text("V9")), "array of type 'V9'"),
        (call("numpy.dtype", text("f4,O")), "array of type 'f4,O'"),
        (call("numpy.dtype", text("(9,9)f4")), "array of type"),
        (call("numpy.dtype", text("(((")), "array of type"),
        (call("numpy.dtype", number(4)), "array of type that has no name"),
        (FLOATS + group(*[number(3)] * 8) + b"b", "structured type"),
        (FLOATS + text("evil") + b"b", "structured type"),
        (name("numpy.ndarray") + text("x") + b"b", "state of something that has none"),
        (name("numpy.dtype") + b"N}" + text("type") + number(1) + b"s\x86b", "state of something"),
        (name("numpy.ndarray") + b")\x81", "the instruction NEWOBJ"),
        (name("numpy.ndarray") + b")}\x92", "the instruction NEWOBJ_EX"),
        (b"(" + name("numpy.ndarray") + b"o", "the instruction OBJ"),
        (b"\x97", "the instruction NEXT_BUFFER"),
        (text("storage") + b"Q", "refers to something outside"),
        (b"Pstorage\n", "the instruction PERSID"),
        (b"R", "takes a value that is not there"),
        (number(1) + group() + b"R", "calls a value"),
        (number(1) + number(1) + b"a", "no list"),
        (b"]" + text("a") + number(1) + b"s", "no dict"),
        (b"})" + number(1) + b"s", "neither text nor number"),
        (
            call("numpy.core.multiarray._reconstruct", name("numpy.dtype"), b")", text("b")),
            "another class than numpy's own",
        ),
        (array_state(group(number(-2))), "no count"),
        (array_state(group(number(3))), "not what its shape says"),
        (array_state(group(*[number(1)] * 33)), "33 axes"),
        (array_state(group(b"G" + bytes(8))), "no count"),
        (array_state(group(b"\x88")), "no count"),
        (array_state(group(b"\x8a\xff" + b"\x7f" * 255)), "no count"),
        (array_state(group(number(2)), content=b"]"), "something else than bytes"),
        (array_state(group(number(2)), content=text("日本語abcde")), "bytes of an array"),
        (array_state(group(number(2)), kind=text("f4")), "not one"),
        (BEGUN, "has no content"),
    ],
)
def test_what_no_array_needs_is_refused(read, value, said):
    with pytest.raises(AssetError, match=said):
        read(program(table({"w": value})))


@FORMS
@pytest.mark.parametrize(
    ("view", "said"),
    [
        ((0, (5,), (1,)), "beyond its storage"),
        ((1, (4,), (1,)), "beyond its storage"),
        ((5, (), ()), "beyond its storage"),
        ((0, (2, 2), (3, 1)), "beyond its storage"),
        ((0, (1000,), (0,)), "beyond its storage"),
        ((-1, (2,), (1,)), "no count"),
        ((3, (2,), (-1,)), "no count"),
        ((0, (-2,), (1,)), "no count"),
        ((0, (2,), (1, 1)), "other axes than its strides"),
        ((0, (1,) * 33, (1,) * 33), "33 axes"),
    ],
)
def test_a_tensor_stays_within_its_storage(read, is_stream, view, said):
    file = TorchFile(is_stream)
    value = file.view(file.storage(np.zeros(4, np.float32)), *view)
    with pytest.raises(AssetError, match=said):
        read(file.written(table({"w": value})))


@FORMS
@pytest.mark.parametrize(
    ("kind", "count", "said"),
    [
        ("Float", 5, "ends within a storage|another length"),
        ("Float", 3, "another length|beyond|broken"),
        ("Double", 4, "ends within a storage|another length"),
        ("Float", 1 << 30, "ends within a storage|another length"),
        ("Q", 4, r"it asks for 'torch\.QStorage'"),
        ("BFloat16", 4, r"it asks for 'torch\.BFloat16Storage'"),
    ],
)
def test_a_storage_has_the_bytes_that_it_announces(read, is_stream, kind, count, said):
    file = TorchFile(is_stream)
    value = file.view(file.storage(np.zeros(4, np.float32), kind, count), 0, (3,), (1,))
    with pytest.raises(AssetError, match=said):
        read(file.written(table({"w": value})))


@FORMS
def test_a_persistent_id_can_mean_nothing_but_a_storage(read, is_stream):
    file = TorchFile(is_stream)
    for identity in (group(text("module"), text("x")), text("/etc/passwd"), group(), number(3)):
        with pytest.raises(AssetError, match="outside of it that is no storage"):
            read(file.written(table({"w": identity + b"Q"})))
    twice = file.storage(np.zeros(4, np.float32)) + b"0" + file.reference("0", "Double", 4)
    with pytest.raises(AssetError, match="in two ways"):
        read(file.written(twice))
    missing = file.view(file.reference("../../x", "Float", 4), 0, (4,), (1,))
    with pytest.raises(AssetError, match=r"is missing|not theirs"):
        read(file.written(table({"w": missing})))


def latin_bomb() -> bytes:
    """One text of a megabyte, turned to bytes four thousand times."""
    size = 1_000_000
    once = name("_codecs.encode") + b"h\0" + text("latin1") + b"\x86Ra"
    long_text = b"X" + struct.pack("<I", size) + b"x" * size
    return b"\x80\x02" + long_text + b"q\0]" + once * 4000 + b"."


def python_2_bomb() -> bytes:
    """The same with arrays that share one old string."""
    size = 1_000_000
    arrays = [
        BEGUN + group(number(1), group(number(size // 4)), FLOATS, b"\x89", b"h\0") + b"ba"
    ] * 2000
    old = b"T" + struct.pack("<i", size) + b"x" * size
    return b"\x80\x02" + old + b"q\0]" + b"".join(arrays) + b"."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (latin_bomb(), "more bytes than the file"),
        (python_2_bomb(), "more bytes than the file"),
        (program(b"]r\xff\xff\xff\x7f"), "no dict of arrays"),
        (b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.", "announces"),
        (b"\x80\x04\x8d" + b"\xff" * 8 + b".", "announces"),
        (b"\x80\x05\x96" + b"\0\0\0\0\1\0\0\0.", "announces"),
        (b"\x80\x02T\xff\xff\xff\xff.", "announces -1 bytes"),
        (b"\x80\x02\x8b\xff\xff\xff\x7f.", "the instruction LONG4"),
        (b"\x80\x02" + b"]" * 600_000, "more than 500000 instructions"),
        (b"\x80\x02" + b")" + b"\x85" * 450_000 + b".", "no dict of arrays"),
        (b"\x80\x02}" + b")" + b"\x85" * 450_000 + b"Ns.", "neither text nor number"),
        (b"\x80\x02}" + b"}X\1\0\0\0k" * 100_000 + b"s" * 90_000 + b".", "broken|nested|no dict"),
        (b"(I" + b"9" * 60_000 + b"\n.", "not what it should be"),
    ],
    ids=range(13),
)
def test_memory_is_bounded_by_the_file(read, content, said):
    tracemalloc.start()
    try:
        with pytest.raises(AssetError, match=said):
            read(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * len(content) + 10_000_000


def test_a_zip_bomb_is_refused(read):
    bomb = zipped({"a/data.pkl": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    with pytest.raises(AssetError, match=r"'a/data\.pkl' is compressed"):
        read(bomb)


def test_an_archive_with_a_directory_beyond_measure_is_refused(read):
    with pytest.raises(AssetError, match="more than 10000 members"):
        read(zipped({f"a/{n}": b"" for n in range(10_001)}))


def test_members_that_lie_on_each_other_are_refused(read):
    """The directory is made to name one member's bytes many times over."""
    file = TorchFile(is_stream=False)
    tensors = {str(n): file.tensor(np.zeros(1000, np.float32)) for n in range(20)}
    whole = file.written(table(tensors))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        at = archive.getinfo("wav2lip/data/0").header_offset
        start = archive.getinfo("wav2lip/data/1").header_offset
        end = archive.getinfo("wav2lip/version").header_offset
        directory = archive.start_dir
    removed = end - start
    content = bytearray(whole[:start] + whole[end:])
    # Every entry of the directory beyond the cut points at the first storage.
    position = directory - removed
    while content[position : position + 4] == b"PK\1\2":
        (offset,) = struct.unpack_from("<I", content, position + 42)
        moved = at if start <= offset < end else offset if offset < start else offset - removed
        struct.pack_into("<I", content, position + 42, moved)
        position += 46 + sum(struct.unpack_from("<HHH", content, position + 28))
    struct.pack_into("<I", content, content.rindex(b"PK\5\6") + 16, directory - removed)
    with pytest.raises(AssetError, match="broken"):
        read(bytes(content))


@FORMS
def test_a_file_cut_anywhere_is_broken(read, is_stream):
    whole = original_layout(WEIGHTS, is_stream)
    for length in range(0, len(whole), 7):
        with pytest.raises(AssetError, match=r"is broken or no checkpoint") as caught:
            read(whole[:length])
        assert "Fetch the file again" in caught.value.remedy


def test_a_pickle_cut_anywhere_is_broken(read):
    whole = pickle.dumps(WEIGHTS, 4)
    for length in range(len(whole)):
        with pytest.raises(AssetError, match=r"is broken or no checkpoint"):
            read(whole[:length])


@pytest.mark.parametrize("form", ["paddle", "paddle 2", "archive", "stream", "safetensors"])
def test_changed_bytes_give_arrays_or_a_clear_error(read, form):
    from safetensors.numpy import save

    wholes = {
        "paddle": pickle.dumps(WEIGHTS, 4),
        "paddle 2": pickle.dumps({"net_g": WEIGHTS}, 2),
        "archive": original_layout(WEIGHTS, is_stream=False),
        "stream": original_layout(WEIGHTS, is_stream=True),
        "safetensors": save(WEIGHTS),
    }
    random = np.random.default_rng(5)
    outcomes = {"read": 0, "refused": 0}
    for _ in range(1500):
        content = bytearray(wholes[form])
        for at in random.integers(0, len(content), random.integers(1, 4)):
            content[at] = random.integers(0, 256)
        try:
            read(bytes(content))
            outcomes["read"] += 1
        except AssetError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 20


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "begins like none"),
        (b"\0" * 4096, "begins like none"),
        (b"\x80\x02\xff", "byte 2 is no instruction"),
        (b"<!DOCTYPE html><html>", "broken or no checkpoint"),
        (b"RIFF\0\0\0\0WAVEfmt ", "broken or no checkpoint"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "broken or no checkpoint"),
        (zipped({"readme.txt": b"hello"}), "not one of torch's"),
        (b"PK\3\4" + bytes(100), "zip archive is broken"),
        (pickle.dumps([WEIGHTS]), "no dict of arrays"),
        (pickle.dumps("text"), "no dict of arrays"),
        (bytes(8) + b"{" + bytes(90), "broken or no checkpoint"),
    ],
    ids=range(11),
)
def test_another_file_is_told_so(read, content, said):
    with pytest.raises(AssetError, match=said):
        read(content)


def test_a_tar_archive_is_told_so(read):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("storages"))
    with pytest.raises(AssetError, match="tar archive"):
        read(buffer.getvalue())


def test_paths_that_are_no_files_are_told_so(tmp_path):
    with pytest.raises(AssetError, match="No such file"):
        read_checkpoint(tmp_path / "none.pth")
    with pytest.raises(AssetError, match="is no file"):
        read_checkpoint(tmp_path)
    huge = tmp_path / "huge.pth"
    with huge.open("wb") as file:
        file.truncate(5 << 30)
    with pytest.raises(AssetError, match=r"has 5\.4 GB"):
        read_checkpoint(huge)


def test_reading_imports_neither_pickle_nor_a_framework(tmp_path):
    path = tmp_path / "given.pdparams"
    path.write_bytes(pickle.dumps(OrderedDict(WEIGHTS)))
    program_ = (
        "import sys, pathlib; from talker.assets.checkpoints import read_checkpoint\n"
        "import numpy\n"
        "def watch(event, arguments):\n"
        "    if event in ('import', 'exec', 'os.system', 'pickle.find_class'): seen.append(event)\n"
        "seen = []; sys.addaudithook(watch)\n"
        f"assert len(read_checkpoint(pathlib.Path({str(path)!r})).arrays) == 3\n"
        "print(seen, *({'torch', 'paddle'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program_], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr

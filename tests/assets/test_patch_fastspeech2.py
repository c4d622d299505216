import hashlib

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from talker.assets import store
from talker.assets.patch_fastspeech2 import RANDOM_OPERATOR, cut_dropouts

KEEP = 0.5


def tiny_model(masking: int = schema.BuiltinOperator.MUL) -> bytes:
    """y = dropout(x + 1) + 1, the dropout made as TensorFlow writes it."""
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors, graph.operators = [], []
    model.subgraphs, model.operatorCodes = [graph], []

    def tensor(name, kind=schema.TensorType.FLOAT32, shape=(4,), value=None):
        made = schema.TensorT()
        made.name, made.type, made.shape = name, kind, np.array(shape, np.int32)
        made.buffer = 0
        if value is not None:
            content = schema.BufferT()
            content.data = np.frombuffer(value.tobytes(), np.uint8)
            made.buffer = len(model.buffers)
            model.buffers.append(content)
        graph.tensors.append(made)
        return len(graph.tensors) - 1

    def operator(code, inputs, output, options=None, kind=0):
        opcode = schema.OperatorCodeT()
        opcode.version = 1
        if isinstance(code, str):
            opcode.customCode = code
            code = schema.BuiltinOperator.CUSTOM
        opcode.builtinCode, opcode.deprecatedBuiltinCode = code, min(code, 127)
        made = schema.OperatorT()
        made.opcodeIndex = len(model.operatorCodes)
        made.inputs, made.outputs = np.array(inputs, np.int32), np.array([output], np.int32)
        made.builtinOptions, made.builtinOptionsType = options, kind
        model.operatorCodes.append(opcode)
        graph.operators.append(made)

    builtin, options = schema.BuiltinOperator, schema.BuiltinOptions
    add = (schema.AddOptionsT(), options.AddOptions)
    multiply = (schema.MulOptionsT(), options.MulOptions)
    one = tensor("one", value=np.ones(4, np.float32))
    scale = tensor("scale", value=np.full(4, 1 / KEEP, np.float32))
    rate = tensor("rate", value=np.full(4, 1 - KEEP, np.float32))
    shape = tensor("shape", schema.TensorType.INT32, (1,), np.array([4], np.int32))
    x, inner, scaled, noise = (tensor(name) for name in ("x", "inner", "scaled", "noise"))
    kept = tensor("kept", schema.TensorType.BOOL)
    mask, dropped, y = (tensor(name) for name in ("mask", "dropped", "y"))
    operator(builtin.ADD, [x, one], inner, *add)
    operator(builtin.MUL, [inner, scale], scaled, *multiply)
    operator(RANDOM_OPERATOR, [shape], noise)
    operator(builtin.GREATER_EQUAL, [noise, rate], kept)
    operator(builtin.CAST, [kept], mask)
    operator(masking, [scaled, mask], dropped, *multiply)
    operator(builtin.ADD, [dropped, one], y, *add)
    graph.inputs, graph.outputs = np.array([x], np.int32), np.array([y], np.int32)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def run(model: bytes, x: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def test_a_model_with_a_dropout_runs_once_it_is_cut():
    x = np.array([0, 1, -2, 3.5], np.float32)
    with pytest.raises(RuntimeError, match=RANDOM_OPERATOR):
        run(tiny_model(), x)
    np.testing.assert_array_equal(run(cut_dropouts(tiny_model()), x), x + 2)


def test_a_cut_model_has_nothing_left_to_cut():
    cut = cut_dropouts(tiny_model())
    assert cut_dropouts(cut) == cut
    assert len(cut) == len(tiny_model())


def test_a_random_operator_that_makes_no_dropout_is_refused():
    with pytest.raises(ValueError, match="should be read by one MUL only"):
        cut_dropouts(tiny_model(masking=schema.BuiltinOperator.SUB))


@pytest.mark.usefixtures("assets")
def test_the_patched_mandarin_model_runs_and_always_gives_the_same():
    path = store.file("baker", "fastspeech2.tflite")
    ids = np.array([[1, 30, 60, 90, 120, 5, 2]], np.int32)
    one = np.ones(1, np.float32)
    values = {"input_ids": ids, "speaker_ids": np.zeros(1, np.int32)}

    def speak() -> list[np.ndarray]:
        interpreter = Interpreter(str(path))
        inputs = {item["name"]: item["index"] for item in interpreter.get_input_details()}
        given = {
            index: next((value for key, value in values.items() if key in name), one)
            for name, index in inputs.items()
        }
        for index, value in given.items():
            interpreter.resize_tensor_input(index, value.shape)
        interpreter.allocate_tensors()
        for index, value in given.items():
            interpreter.set_tensor(index, value)
        interpreter.invoke()
        outputs = interpreter.get_output_details()
        return [interpreter.get_tensor(output["index"]) for output in outputs]

    first, second = speak(), speak()
    for one_time, other_time in zip(first, second, strict=True):
        np.testing.assert_array_equal(one_time, other_time)
    mel = next(output for output in first if output.ndim == 3)
    frames = next(output for output in first if output.dtype == np.int32)
    assert frames.sum() == mel.shape[1] > 0
    assert hashlib.sha256(path.read_bytes()).hexdigest().startswith("628ca52a")

"""Cut the dropout out of the published Mandarin FastSpeech2, so that plain LiteRT runs it.

The published graph holds two dropouts that never switch off. Their random numbers come from
`FlexRandomUniform`, a TensorFlow operator that LiteRT has not got: it loads the file and fails
when it runs. A dropout scales by 1 / keep and zeroes at random, so that its mean is its input:
at run time it is the identity. Every reader of a dropout's output is made to read its input, and
the dropout's operators are taken off the list. Only those few integers change, in place, so the
result is the same bytes on every machine and with every version of the flatbuffers library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RANDOM_OPERATOR = "FlexRandomUniform"

# Positions in the vtables of a LiteRT model, from the fields' order in LiteRT's schema.fbs.
_MODEL_SUBGRAPHS = 8
_SUBGRAPH_OPERATORS = 10

_OFFSET_BYTES = 4


@dataclass(frozen=True, slots=True)
class _Dropout:
    """One dropout: `input` scaled, masked, and given out as `output`, by `operators`."""

    input: int
    output: int
    operators: frozenset[int]


def cut_dropouts(model: bytes) -> bytes:
    """Return a LiteRT model without its dropouts.

    Args:
        model: A LiteRT flatbuffer with one subgraph.

    Returns:
        The model with every dropout bridged; as long as the one given.

    Raises:
        ValueError: The model's random operators are not dropouts of the known shape.
    """
    from ai_edge_litert import schema_py_generated as schema

    buffer = bytearray(model)
    graph: Any = schema.Model.GetRootAs(buffer, 0).Subgraphs(0)
    dropouts = _find_dropouts(buffer, schema)
    bridged = {dropout.output: dropout.input for dropout in dropouts}
    removed = frozenset[int]().union(*(dropout.operators for dropout in dropouts))
    for index in range(graph.OperatorsLength()):
        inputs = graph.Operators(index).InputsAsNumpy()  # a view: writing it edits the buffer
        for position, tensor in enumerate(inputs):
            inputs[position] = bridged.get(int(tensor), int(tensor))
    _drop_operators(buffer, removed)
    return bytes(buffer)


def _find_dropouts(buffer: bytearray, schema: Any) -> list[_Dropout]:
    """Find `y = (x * 1/keep) * cast(random >= rate)` for each random operator."""
    model = schema.Model.GetRootAs(buffer, 0)
    graph = model.Subgraphs(0)
    operators = [graph.Operators(index) for index in range(graph.OperatorsLength())]
    names = [_operator_name(model.OperatorCodes(op.OpcodeIndex()), schema) for op in operators]
    maker: dict[int, int] = {}
    readers: dict[int, list[int]] = {}
    for index, operator in enumerate(operators):
        for tensor in operator.OutputsAsNumpy():
            maker[int(tensor)] = index
        for tensor in operator.InputsAsNumpy():
            readers.setdefault(int(tensor), []).append(index)

    def only_reader(index: int, name: str) -> int:
        found = readers.get(int(operators[index].Outputs(0)), [])
        if len(found) != 1 or names[found[0]] != name:
            raise ValueError(f"operator {index} should be read by one {name} only")
        return found[0]

    dropouts: list[_Dropout] = []
    for index, name in enumerate(names):
        if name != RANDOM_OPERATOR:
            continue
        compare = only_reader(index, "GREATER_EQUAL")
        cast = only_reader(compare, "CAST")
        masking = only_reader(cast, "MUL")
        mask = int(operators[cast].Outputs(0))
        (scaled,) = (int(t) for t in operators[masking].InputsAsNumpy() if int(t) != mask)
        scaling = maker[scaled]
        if names[scaling] != "MUL":
            raise ValueError(f"tensor {scaled} should come from the MUL that scales by 1 / keep")
        (source,) = (int(t) for t in operators[scaling].InputsAsNumpy() if int(t) in maker)
        chain = {index, compare, cast, masking}
        if readers[scaled] == [masking]:
            chain.add(scaling)
        dropouts.append(_Dropout(source, int(operators[masking].Outputs(0)), frozenset(chain)))
    return dropouts


def _operator_name(code: Any, schema: Any) -> str:
    if code.CustomCode():
        return str(code.CustomCode().decode())
    number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    return next(name for name, value in vars(schema.BuiltinOperator).items() if value == number)


def _drop_operators(buffer: bytearray, removed: frozenset[int]) -> None:
    """Shorten the subgraph's vector of operators in place.

    The vector is its length followed by offsets, each counted from its own position, so an offset
    that moves forward in the buffer grows by as much as it moved.
    """
    from flatbuffers import encode, number_types
    from flatbuffers.table import Table

    offset_type: Any = number_types.UOffsetTFlags
    model: Any = Table(buffer, encode.Get(offset_type.packer_type, buffer, 0))
    subgraphs = model.Vector(model.Offset(_MODEL_SUBGRAPHS))
    graph: Any = Table(buffer, model.Indirect(subgraphs))
    field = graph.Offset(_SUBGRAPH_OPERATORS)
    first, count = graph.Vector(field), graph.VectorLen(field)

    def slot(index: int) -> int:
        return first + index * _OFFSET_BYTES

    kept = [index for index in range(count) if index not in removed]
    for new, old in enumerate(kept):
        target: int = graph.Indirect(slot(old))
        buffer[slot(new) : slot(new + 1)] = (target - slot(new)).to_bytes(_OFFSET_BYTES, "little")
    buffer[first - _OFFSET_BYTES : first] = len(kept).to_bytes(_OFFSET_BYTES, "little")

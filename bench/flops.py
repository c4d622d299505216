"""What Wav2Lip's generator costs in arithmetic, and what accelerators could do in a second."""

from __future__ import annotations

from talker.lips.wav2lip.network import (
    FACE_DECODER,
    FACE_ENCODER,
    FACE_SIZE,
    MEL_BANDS,
    MEL_COLUMNS,
    OUTPUT,
    SPEECH_ENCODER,
    Block,
    Layer,
)

Size = tuple[int, int]
"""Rows and columns."""

_PEAK_FP16_TFLOPS = {
    "B200": 2250.0,
    "H200": 989.0,
    "H100 PCIe": 756.0,
    "H100 NVL": 835.0,
    "H100": 989.0,
    "A100": 312.0,
    "A40": 150.0,
    "A30": 165.0,
    "A10G": 70.0,
    "A10": 125.0,
    "L40S": 362.0,
    "L40": 181.0,
    "L4": 121.0,
    "T4": 65.0,
    "V100": 112.0,
    "RTX 4090": 165.0,
    "RTX 4080": 97.5,
    "RTX 3090": 71.0,
    "RTX A6000": 155.0,
    "RTX 6000 Ada": 364.0,
}
"""Dense fp16 on tensor cores as the makers' data sheets have it, by a part of the device's name."""


def generator_flops() -> int:
    """Operations for one face; a multiplication and an addition count as two."""
    macs, seen = _macs_of(SPEECH_ENCODER, (MEL_BANDS, MEL_COLUMNS))
    size: Size = (FACE_SIZE, FACE_SIZE)
    for block in FACE_ENCODER:
        cost, size = _macs_of(block, size)
        macs += cost
    size = seen
    for block in (*FACE_DECODER, OUTPUT):
        cost, size = _macs_of(block, size)
        macs += cost
    return 2 * macs


def layer_macs(layer: Layer, size: Size) -> int:
    """Multiplications of one convolution over a picture of a size.

    A convolution multiplies its whole kernel for every pixel that comes out, a transposed one for
    every pixel that goes in.
    """
    rows, columns = size if layer.transposed else size_after(layer, size)
    return rows * columns * layer.inputs * layer.outputs * layer.kernel**2


def size_after(layer: Layer, size: Size) -> Size:
    """Rows and columns that a layer gives."""
    rows, columns = (
        (side - 1) * step - 2 * layer.padding + layer.kernel + layer.output_padding
        if layer.transposed
        else (side + 2 * layer.padding - layer.kernel) // step + 1
        for side, step in zip(size, layer.stride, strict=True)
    )
    return rows, columns


def peak_fp16_flops(device: str) -> float | None:
    """Operations a second of an accelerator at fp16; None where the table does not know it.

    Args:
        device: Its name, such as "NVIDIA A100-SXM4-40GB".
    """
    known = [name for name in _PEAK_FP16_TFLOPS if name in device]
    return 1e12 * _PEAK_FP16_TFLOPS[max(known, key=len)] if known else None


def _macs_of(block: Block, size: Size) -> tuple[int, Size]:
    macs = 0
    for layer in block:
        macs += layer_macs(layer, size)
        size = size_after(layer, size)
    return macs, size

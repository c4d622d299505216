"""The GPUs that this process may use, asked of NVIDIA's driver without any library of theirs."""

from __future__ import annotations

import ctypes
import sys


def gpu_names() -> tuple[str, ...]:
    """Names of the GPUs in the driver's order, which is that of their numbers; none without one."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return ()
    count = ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return ()
    return tuple(_name(driver, number) for number in range(count.value))


def _name(driver: ctypes.CDLL, number: int) -> str:
    device, name = ctypes.c_int(), ctypes.create_string_buffer(256)
    if driver.cuDeviceGet(ctypes.byref(device), number):
        return "unknown"
    driver.cuDeviceGetName(name, len(name), device)
    return name.value.decode(errors="replace")

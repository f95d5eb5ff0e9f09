"""NVIDIA GPUs, read through NVML: the driver's own library, no subprocess.

Promises: nothing here raises. Without a GPU, a driver or its library there are simply no GPUs; a
driver that goes away between two readings leaves none; a value that one GPU does not tell (power
on some laptops, utilisation under MIG) is ``None`` in that reading and costs nothing else. NVML is
loaded at the first question, not at import, and once: where it fails, later questions are free.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePath
from typing import Any

from engine.devices import pretended
from engine.devices.readings import GpuProcess, GpuReading

UNNAMED = "NVIDIA GPU"
"""What a GPU is called whose name the driver does not tell."""

_DRIVER_GONE = (
    "NVML_ERROR_UNINITIALIZED",
    "NVML_ERROR_DRIVER_NOT_LOADED",
    "NVML_ERROR_LIBRARY_NOT_FOUND",
    "NVML_ERROR_LIB_RM_VERSION_MISMATCH",  # the driver was updated under a running program
)
"""NVML errors after which no further question can be answered, for any GPU."""

# Some drivers fill fields they do not know with all ones instead of refusing the question.
_MOST_MILLIWATTS = 100_000_000
_MOST_BYTES = 1 << 62


class Gpus:
    """The GPUs of this machine.

    Args:
        nvml: A module with pynvml's functions, for tests. Default: ``pynvml`` itself, imported at
            the first question.

    Example:
        >>> gpus = Gpus()
        >>> [gpu.memory_used_bytes for gpu in gpus.read()]  # one entry a GPU; here without any
        []
    """

    def __init__(self, nvml: Any = None) -> None:
        self._nvml = nvml
        self._opened = False
        self._gone = False
        self._gone_codes: set[int] = set()

    def names(self) -> list[str]:
        """Return the name of each GPU in the driver's order, such as ``["NVIDIA H200"]``."""
        if self._pretends():
            return [pretended.name(index) for index in range(pretended.count())]
        names = []
        for index in range(self._count()):
            name = self._text("nvmlDeviceGetName", self._ask("nvmlDeviceGetHandleByIndex", index))
            names.append(name or UNNAMED)
        return [] if self._gone else names

    def driver_version(self) -> str | None:
        """Return the driver's version, such as ``"580.95.05"``; ``None`` without a driver."""
        return self._text("nvmlSystemGetDriverVersion") if self._open() else None

    def read(self) -> list[GpuReading]:
        """Return one reading a GPU, in the driver's order.

        A GPU that fell off the bus keeps its place with nothing but its index, so that the others
        keep their numbers.
        """
        if self._pretends():
            return pretended.readings()
        readings = [self._read_one(index) for index in range(self._count())]
        # Half a driver is no driver: what was read before it went away may be wrong already.
        return [] if self._gone else readings

    def close(self) -> None:
        """Let go of NVML. A later question opens it again."""
        if self._opened:
            # Straight, not through _ask: also a driver that went away is told once that we leave.
            with suppress(Exception):
                self._nvml.nvmlShutdown()
        self._opened = self._gone = False

    def _pretends(self) -> bool:
        return self._nvml is None and pretended.count() > 0

    def _read_one(self, index: int) -> GpuReading:
        handle = self._ask("nvmlDeviceGetHandleByIndex", index)
        if handle is None:
            return GpuReading(index=index)
        memory = self._memory(handle)
        rates = self._ask("nvmlDeviceGetUtilizationRates", handle)
        limit = self._watts("nvmlDeviceGetEnforcedPowerLimit", handle)
        if limit is None:
            limit = self._watts("nvmlDeviceGetPowerManagementLimit", handle)
        return GpuReading(
            index=index,
            name=self._text("nvmlDeviceGetName", handle),
            uuid=self._text("nvmlDeviceGetUUID", handle),
            utilization_percent=_within(getattr(rates, "gpu", None), 100),
            memory_used_bytes=_within(getattr(memory, "used", None), _MOST_BYTES),
            # A driver that says 0 bytes in all (memory shared with the host) says nothing.
            memory_total_bytes=_within(getattr(memory, "total", None), _MOST_BYTES) or None,
            power_watts=self._watts("nvmlDeviceGetPowerUsage", handle),
            power_limit_watts=limit,
            temperature_celsius=self._temperature(handle),
            processes=self._processes(handle),
        )

    def _memory(self, handle: Any) -> Any:
        # The second version leaves out what the driver reserves, as nvidia-smi does; drivers before
        # 510 know only the first.
        version = getattr(self._nvml, "nvmlMemory_v2", None)
        memory = None
        if version is not None:
            memory = self._ask("nvmlDeviceGetMemoryInfo", handle, version)
        return memory if memory is not None else self._ask("nvmlDeviceGetMemoryInfo", handle)

    def _temperature(self, handle: Any) -> int | None:
        sensor = getattr(self._nvml, "NVML_TEMPERATURE_GPU", 0)
        # Newer drivers announce the end of the older question; older ones know no other.
        for question in ("nvmlDeviceGetTemperatureV", "nvmlDeviceGetTemperature"):
            degrees = _within(self._ask(question, handle, sensor), 1000)
            if degrees is not None:
                return degrees
        return None

    def _processes(self, handle: Any) -> list[GpuProcess] | None:
        found = self._ask("nvmlDeviceGetComputeRunningProcesses", handle)
        if found is None:
            return None
        processes = []
        with suppress(Exception):
            for process in found:
                # Not psutil: in a container this number belongs to the host, and the process that
                # has it here would be somebody else.
                name = self._text("nvmlSystemGetProcessName", process.pid)
                processes.append(
                    GpuProcess(
                        pid=int(process.pid),
                        name=PurePath(name).name if name else None,
                        memory_bytes=_within(process.usedGpuMemory, _MOST_BYTES),
                    )
                )
        return processes

    def _watts(self, question: str, handle: Any) -> float | None:
        milliwatts = _within(self._ask(question, handle), _MOST_MILLIWATTS)
        return None if milliwatts is None else milliwatts / 1000

    def _text(self, question: str, *about: Any) -> str | None:
        answer = self._ask(question, *about)
        if isinstance(answer, bytes):
            answer = answer.decode("utf-8", "replace")
        return answer.strip() or None if isinstance(answer, str) else None

    def _count(self) -> int:
        return (self._ask("nvmlDeviceGetCount") or 0) if self._open() else 0

    def _open(self) -> bool:
        """Load NVML at the first call; afterwards say whether it still answers."""
        if not self._opened and not self._gone:
            try:
                if self._nvml is None:
                    import pynvml

                    self._nvml = pynvml
                self._nvml.nvmlInit()
                self._opened = True
            except Exception:  # noqa: BLE001
                # No pynvml, no library, no driver, one that does not fit its library: no GPUs.
                self._gone = True
            self._gone_codes = {
                getattr(self._nvml, code) for code in _DRIVER_GONE if hasattr(self._nvml, code)
            }
        return not self._gone

    def _ask(self, question: str, *about: Any) -> Any:
        """Return NVML's answer; ``None`` when it has none, or the thing asked about is ``None``."""
        if self._gone or any(thing is None for thing in about):
            return None
        ask: Callable[..., Any] | None = getattr(self._nvml, question, None)
        if ask is None:
            return None
        try:
            return ask(*about)
        except Exception as error:  # noqa: BLE001
            # Not NVMLError alone: names that are no UTF-8 and ctypes raise errors of their own.
            if getattr(error, "value", None) in self._gone_codes:
                self._gone = True
            return None


def _within(value: Any, most: int) -> int | None:
    """Return ``value`` as an integer when it is a number from 0 to ``most``, else ``None``."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number <= most else None

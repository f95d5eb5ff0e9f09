"""GPUs through a pretended NVML: what a person sees of healthy, silent and vanishing drivers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from engine.devices.gpu import UNNAMED, Gpus
from engine.devices.readings import GpuReading

GIB = 1 << 30
NOT_SUPPORTED, DRIVER_NOT_LOADED, GPU_IS_LOST = 3, 9, 15


class NvmlError(Exception):
    def __init__(self, value: int) -> None:
        super().__init__(f"NVML error {value}")
        self.value = value


def refuses(code: int = NOT_SUPPORTED) -> Callable[..., Any]:
    def question(*_: Any) -> Any:
        raise NvmlError(code)

    return question


class PretendedNvml:
    """Two healthy GPUs; single questions are replaced by the tests."""

    NVML_ERROR_DRIVER_NOT_LOADED = DRIVER_NOT_LOADED
    NVML_TEMPERATURE_GPU = 0
    nvmlMemory_v2 = 2  # noqa: N815 - as NVML spells it

    def __init__(self, **replaced: Callable[..., Any]) -> None:
        self.opened = self.closed = 0
        for question, answer in replaced.items():
            setattr(self, question, answer)

    def nvmlInit(self) -> None:
        self.opened += 1

    def nvmlShutdown(self) -> None:
        self.closed += 1

    def nvmlSystemGetDriverVersion(self) -> str:
        return "580.95.05"

    def nvmlDeviceGetCount(self) -> int:
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> str:
        return f"handle {index}"

    def nvmlDeviceGetName(self, handle: str) -> str:
        return "NVIDIA H200"

    def nvmlDeviceGetUUID(self, handle: str) -> str:
        return f"GPU-of-{handle}"

    def nvmlDeviceGetUtilizationRates(self, handle: str) -> Any:
        return SimpleNamespace(gpu=87, memory=40)

    def nvmlDeviceGetMemoryInfo(self, handle: str, version: int | None = None) -> Any:
        # The first version counts what the driver reserves as used.
        return SimpleNamespace(total=140 * GIB, used=(20 if version else 21) * GIB)

    def nvmlDeviceGetPowerUsage(self, handle: str) -> int:
        return 412_500

    def nvmlDeviceGetEnforcedPowerLimit(self, handle: str) -> int:
        return 700_000

    def nvmlDeviceGetTemperatureV(self, handle: str, sensor: int) -> int:
        return 61

    def nvmlDeviceGetComputeRunningProcesses(self, handle: str) -> list[Any]:
        return [SimpleNamespace(pid=42, usedGpuMemory=19 * GIB)]

    def nvmlSystemGetProcessName(self, pid: int) -> str:
        return "/opt/python/bin/python3"


def first(**replaced: Callable[..., Any]) -> GpuReading:
    return Gpus(PretendedNvml(**replaced)).read()[0]


def test_a_healthy_gpu_is_read_in_bytes_watts_and_degrees() -> None:
    readings = Gpus(PretendedNvml()).read()
    assert [gpu.index for gpu in readings] == [0, 1]
    gpu = readings[0]
    assert (gpu.name, gpu.uuid) == ("NVIDIA H200", "GPU-of-handle 0")
    assert gpu.utilization_percent == 87
    assert (gpu.memory_used_bytes, gpu.memory_total_bytes) == (20 * GIB, 140 * GIB)
    assert (gpu.power_watts, gpu.power_limit_watts) == (412.5, 700.0)
    assert gpu.temperature_celsius == 61
    assert gpu.processes is not None
    assert [(p.pid, p.name, p.memory_bytes) for p in gpu.processes] == [(42, "python3", 19 * GIB)]


def test_a_machine_without_nvml_has_no_gpus_and_asks_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)  # import pynvml raises ImportError
    gpus = Gpus()
    assert (gpus.names(), gpus.read(), gpus.driver_version()) == ([], [], None)

    opened = []

    def no_driver() -> None:
        opened.append(1)
        raise NvmlError(DRIVER_NOT_LOADED)

    gpus = Gpus(PretendedNvml(nvmlInit=no_driver))
    assert [gpus.read() for _ in range(3)] == [[], [], []]
    assert len(opened) == 1
    gpus.close()


def test_the_real_nvml_of_this_machine_never_raises() -> None:
    gpus = Gpus()
    readings = gpus.read()
    assert len(readings) == len(gpus.names())
    assert (gpus.driver_version() is None) <= (readings == [])
    for gpu in readings:
        assert gpu.memory_total_bytes is None or gpu.memory_total_bytes > GIB // 4
        assert gpu.power_watts is None or 0 <= gpu.power_watts < 5000
    gpus.close()


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("nvmlDeviceGetName", "name"),
        ("nvmlDeviceGetUUID", "uuid"),
        ("nvmlDeviceGetUtilizationRates", "utilization_percent"),
        ("nvmlDeviceGetMemoryInfo", "memory_used_bytes"),
        ("nvmlDeviceGetPowerUsage", "power_watts"),
        ("nvmlDeviceGetEnforcedPowerLimit", "power_limit_watts"),
        ("nvmlDeviceGetTemperatureV", "temperature_celsius"),
        ("nvmlDeviceGetComputeRunningProcesses", "processes"),
    ],
)
def test_what_the_driver_refuses_is_missing_and_the_rest_stays(question: str, field: str) -> None:
    healthy, partly = first(), first(**{question: refuses()})
    assert getattr(partly, field) is None
    kept = [f for f in GpuReading.__struct_fields__ if f != field and not f.startswith("memory")]
    assert all(getattr(partly, f) == getattr(healthy, f) for f in kept)


def test_values_that_cannot_be_are_not_shown() -> None:
    gpu = first(
        nvmlDeviceGetPowerUsage=lambda handle: 0xFFFFFFFF,
        nvmlDeviceGetUtilizationRates=lambda handle: SimpleNamespace(gpu=0xFFFFFFFF),
        nvmlDeviceGetMemoryInfo=lambda handle, version=None: SimpleNamespace(total=0, used=0),
        nvmlDeviceGetName=lambda handle: b"Tesla \xff",
    )
    assert (gpu.power_watts, gpu.utilization_percent, gpu.memory_total_bytes) == (None, None, None)
    assert gpu.name is not None
    assert gpu.name.startswith("Tesla")


def test_an_older_driver_is_asked_in_the_older_way() -> None:
    def memory(handle: str, version: int | None = None) -> Any:
        if version:
            raise NvmlError(13)
        return SimpleNamespace(total=16 * GIB, used=3 * GIB)

    gpu = first(
        nvmlDeviceGetMemoryInfo=memory,
        nvmlDeviceGetTemperatureV=refuses(13),
        nvmlDeviceGetTemperature=lambda handle, sensor: 55,
        nvmlDeviceGetEnforcedPowerLimit=refuses(13),
        nvmlDeviceGetPowerManagementLimit=lambda handle: 250_000,
    )
    assert (gpu.memory_used_bytes, gpu.temperature_celsius) == (3 * GIB, 55)
    assert gpu.power_limit_watts == 250.0


def test_processes_of_other_people_are_nameless_but_counted() -> None:
    gpu = first(
        nvmlSystemGetProcessName=refuses(4),
        nvmlDeviceGetComputeRunningProcesses=lambda handle: [
            SimpleNamespace(pid=7, usedGpuMemory=None)
        ],
    )
    assert gpu.processes is not None
    assert [(p.pid, p.name, p.memory_bytes) for p in gpu.processes] == [(7, None, None)]


def test_a_driver_lost_between_two_readings_leaves_no_gpus() -> None:
    nvml = PretendedNvml()
    gpus = Gpus(nvml)
    assert len(gpus.read()) == 2
    vars(nvml)["nvmlDeviceGetUtilizationRates"] = refuses(DRIVER_NOT_LOADED)
    assert gpus.read() == []
    assert (gpus.names(), gpus.driver_version()) == ([], None)
    gpus.close()
    assert nvml.closed == 1


def test_a_gpu_fallen_off_the_bus_keeps_its_place() -> None:
    def handle(index: int) -> str:
        if index == 0:
            raise NvmlError(GPU_IS_LOST)
        return "healthy"

    gpus = Gpus(PretendedNvml(nvmlDeviceGetHandleByIndex=handle))
    lost, healthy = gpus.read()
    assert lost == GpuReading(index=0)
    assert (healthy.index, healthy.utilization_percent) == (1, 87)
    assert gpus.names() == [UNNAMED, "NVIDIA H200"]


def test_nvml_is_opened_at_the_first_question_and_again_after_a_close() -> None:
    nvml = PretendedNvml()
    gpus = Gpus(nvml)
    assert nvml.opened == 0
    assert gpus.driver_version() == "580.95.05"
    gpus.read()
    assert nvml.opened == 1
    gpus.close()
    gpus.close()
    assert (nvml.opened, nvml.closed) == (1, 1)
    assert len(gpus.read()) == 2


def test_a_reading_comes_back_from_its_line_without_the_missing_fields() -> None:
    reading = first(nvmlDeviceGetPowerUsage=refuses())
    line = msgspec.json.encode(reading)
    assert b"power_watts" not in line
    assert msgspec.json.decode(line, type=GpuReading) == reading

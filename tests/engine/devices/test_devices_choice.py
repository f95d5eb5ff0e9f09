from __future__ import annotations

import pytest

from engine.devices.choice import candidates, occupancy, roomiest
from engine.devices.gpu import Gpus
from engine.devices.readings import GpuProcess, GpuReading
from engine.errors import Problem

GB = 10**9
TWO = [
    GpuReading(
        index=index,
        name="NVIDIA T4",
        uuid=f"GPU-{index}abc-def",
        memory_used_bytes=used,
        memory_total_bytes=16 * GB,
        processes=[],
    )
    for index, used in enumerate((9 * GB, 2 * GB))
]


@pytest.mark.parametrize(
    ("wanted", "visible", "expected"),
    [
        ("cpu", None, []),
        ("auto", None, ["gpu:0", "gpu:1"]),
        ("gpu", None, ["gpu:0", "gpu:1"]),
        ("gpu:1", None, ["gpu:1"]),
        ("auto", "1", ["gpu:1"]),
        ("auto", "1,0", ["gpu:1", "gpu:0"]),
        ("auto", "1,-1,0", ["gpu:1"]),
        ("auto", "", []),
        ("auto", "-1", []),
        ("auto", "GPU-1abc", ["gpu:1"]),
        ("auto", "MIG-12", ["gpu:MIG-12"]),
        ("gpu:0", "1", ["gpu:0"]),
    ],
)
def test_what_would_do_is_what_is_there_and_visible(wanted, visible, expected):
    assert candidates(wanted, TWO, visible) == expected


def test_where_the_driver_tells_of_no_gpu_auto_means_the_cpu():
    assert candidates("auto", [], None) == []
    assert candidates("gpu", [], None) == ["gpu:0"]
    assert candidates("gpu:2", [], None) == ["gpu:2"]


@pytest.mark.parametrize(("wanted", "visible"), [("gpu:2", None), ("gpu", "-1")])
def test_what_is_not_there_or_hidden_is_refused(wanted, visible):
    with pytest.raises(Problem) as caught:
        candidates(wanted, TWO, visible)
    assert "gpu:0, gpu:1" in caught.value.remedy


def test_the_roomiest_has_the_most_free_memory():
    assert roomiest(["gpu:0", "gpu:1"], TWO) == "gpu:1"
    assert roomiest(["gpu:0", "gpu:1"], []) == "gpu:0"


def test_a_person_reads_free_memory_and_who_computes_there():
    busy = GpuReading(
        index=3,
        name="NVIDIA T4",
        memory_used_bytes=6 * GB,
        memory_total_bytes=16 * GB,
        processes=[GpuProcess(pid=7, name="python", memory_bytes=5 * GB), GpuProcess(pid=8)],
    )
    assert occupancy([busy, GpuReading(index=4)]) == [
        "gpu:3 (NVIDIA T4): 10.0 of 16.0 GB free; in use by python (pid 7, 5.0 GB), "
        "a process (pid 8).",
        "gpu:4: it does not tell its memory.",
    ]


@pytest.mark.parametrize(("text", "count"), [("2", 2), ("0", 0), ("", 0), ("many", 0), ("-1", 0)])
def test_gpus_can_be_pretended(monkeypatch, text, count):
    monkeypatch.setenv("DLCONSOLE_PRETEND_GPUS", text)
    gpus = Gpus()
    pretended = [each for each in gpus.names() if each.startswith("pretended")]
    assert len(pretended) == count
    assert [each.name for each in gpus.read() if each.name in pretended] == pretended
    gpus.close()

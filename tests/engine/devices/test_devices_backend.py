"""Advice about GPUs: for each way in which a GPU stays idle, the sentence that helps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.devices.backend import (
    AMD,
    INTEL,
    NVIDIA,
    Adapter,
    Finding,
    display_adapters,
    gpu_advice,
)

H200 = ["NVIDIA H200"]


def only(*args: Any, **kwargs: Any) -> Finding:
    findings = gpu_advice(*args, **kwargs)
    assert len(findings) == 1
    return findings[0]


def test_a_gpu_in_use_is_named_with_its_driver() -> None:
    finding = only("tensorflow", ["/physical_device:GPU:0"], "580.95.05", H200)
    assert finding.ok
    assert str(finding) == "TensorFlow trains on NVIDIA H200 (driver 580.95.05)."


def test_two_equal_gpus_are_counted() -> None:
    finding = only("jax", ["cuda:0", "cuda:1"], "580.95.05", H200 * 2)
    assert "2 x NVIDIA H200" in finding.what


@pytest.mark.parametrize(
    ("backend", "driver", "install"),
    [
        ("tensorflow", "550.54.14", "pip install 'dlconsole[gpu]'"),
        ("tensorflow", "580.95.05", "pip install 'dlconsole[gpu]'"),
        ("jax", "580.95.05", "pip install 'jax[cuda13]'"),
        ("jax", "550.54.14", "pip install 'jax[cuda12]'"),
        ("tensorflow", "470.57.02", "Update the NVIDIA driver first"),
        ("jax", "470.57.02", "Update the NVIDIA driver first"),
        ("torch", "580.95.05", "Install PyTorch with CUDA support"),
    ],
)
def test_a_backend_without_cuda_is_told_what_to_install(
    backend: str, driver: str, install: str
) -> None:
    finding = only(backend, [], driver, H200)
    assert not finding.ok
    assert "training runs on the CPU" in finding.what
    assert install in finding.remedy


@pytest.mark.parametrize("visible", ["", "-1"])
def test_a_gpu_hidden_on_purpose_needs_no_installation(visible: str) -> None:
    finding = only("tensorflow", [], "580.95.05", H200, visible=visible)
    assert "CUDA_VISIBLE_DEVICES" in finding.what
    assert "pip" not in finding.remedy


def test_some_of_several_gpus_in_use() -> None:
    chosen = only("jax", ["cuda:0"], "580.95.05", H200 * 4, visible="2")
    assert chosen.ok
    assert "1 of 4" in chosen.what
    lost = only("jax", ["cuda:0"], "580.95.05", H200 * 4)
    assert not lost.ok
    assert "nvidia-smi" in lost.remedy


def test_a_driver_without_a_gpu() -> None:
    finding = only("tensorflow", [], "580.95.05", [])
    assert not finding.ok
    assert "nvidia-smi" in finding.remedy


@pytest.mark.parametrize(
    ("kernel_driver", "word"),
    [
        (None, "Install the NVIDIA driver"),
        ("nouveau", "nouveau"),
        ("nvidia", "--gpus all"),
        ("vfio-pci", "virtual machine"),
    ],
)
def test_a_card_without_a_driver(kernel_driver: str | None, word: str) -> None:
    card = Adapter(vendor=NVIDIA, kernel_driver=kernel_driver)
    finding = only("tensorflow", [], None, [], [card])
    assert not finding.ok
    assert word in str(finding)


def test_no_gpu_at_all_is_in_order() -> None:
    finding = only("tensorflow", [], None, [])
    assert finding.ok
    assert str(finding) == "No NVIDIA GPU: training runs on the CPU."


@pytest.mark.parametrize(("maker", "name"), [(AMD, "AMD"), (INTEL, "Intel")])
def test_other_makers_are_named_honestly(maker: int, name: str) -> None:
    finding = only("tensorflow", [], None, [], [Adapter(vendor=maker)])
    assert name in finding.what
    assert "CPU" in finding.what


def test_a_laptop_with_two_cards_hears_of_nvidia_first() -> None:
    cards = [Adapter(vendor=INTEL, kernel_driver="i915"), Adapter(vendor=NVIDIA)]
    first, second = gpu_advice("tensorflow", [], None, [], cards)
    assert "NVIDIA" in first.what
    assert "Intel" in second.what


def test_a_gpu_of_another_maker_that_the_backend_uses() -> None:
    finding = only("tensorflow", ["METAL"], None, [])
    assert finding.ok
    assert "METAL" in finding.what


def device(bus: Path, slot: str, kind: str, vendor: str, driver: str | None = None) -> None:
    folder = bus / "devices" / slot
    folder.mkdir(parents=True)
    (folder / "class").write_text(f"{kind}\n")
    (folder / "vendor").write_text(f"{vendor}\n")
    if driver:
        (bus / "drivers" / driver).mkdir(parents=True, exist_ok=True)
        (folder / "driver").symlink_to(bus / "drivers" / driver)


def test_cards_are_told_from_their_sound_parts_and_bridges(tmp_path: Path) -> None:
    device(tmp_path, "0000:01:00.0", "0x030200", "0x10de", "nvidia")
    device(tmp_path, "0000:01:00.1", "0x040300", "0x10de", "snd_hda_intel")
    device(tmp_path, "0000:02:00.0", "0x068000", "0x10de")
    device(tmp_path, "0000:03:00.0", "0x120000", "0x1002", "amdgpu")
    device(tmp_path, "0000:04:00.0", "rubbish", "0x8086")
    assert display_adapters(tmp_path / "devices") == [
        Adapter(vendor=NVIDIA, kernel_driver="nvidia"),
        Adapter(vendor=AMD, kernel_driver="amdgpu"),
    ]


def test_a_system_without_a_pci_folder_has_no_cards(tmp_path: Path) -> None:
    assert display_adapters(tmp_path / "none") == []
    assert isinstance(display_adapters(), list)

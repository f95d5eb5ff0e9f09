"""What is settled in a worker's environment because it cannot be settled later."""

from __future__ import annotations

import msgspec
import pytest

from engine.catalog import Catalog
from engine.process.environment import environment
from engine.process.order import Order


@pytest.fixture
def spec():
    return Order(entry=Catalog.load().find("wine"), data="sample", backend="jax").spec()


def test_deterministic_operations_of_jax_are_asked_for_on_a_gpu_only(spec, monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--a=1")
    asked = msgspec.structs.replace(spec, deterministic=True)
    assert "XLA_FLAGS" not in environment(asked, "cpu")
    assert "XLA_FLAGS" not in environment(spec, "gpu:1")
    flags = environment(asked, "gpu:1")["XLA_FLAGS"]
    assert flags == "--a=1 --xla_gpu_deterministic_ops=true"

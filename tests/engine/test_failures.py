"""What a person is told of a failed training, by the exceptions that libraries really raise."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import textwrap
import types
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Problem
from engine.failures import explain, print_whole
from engine.run.records import DataChoice, RunSpec
from engine.tasks.task import Task


def spec(**changes) -> RunSpec:
    usual = {
        "name": "wine-mlp-k3f9",
        "recipe": "wine",
        "preset": "mlp",
        "values": {"batch_size": 4096, "learning_rate": 0.01, "epochs": 5},
        "data": DataChoice(kind="official"),
        "seed": 1,
        "split_seed": 0,
        "backend": "tensorflow",
        "device": "auto",
        "threads": 2,
        "monitor": "val_loss",
        "monitor_mode": "min",
        "command": "dlconsole train wine --set batch_size=4096 --seed 7 --name mine",
        "created": 0.0,
        "versions": {},
    }
    return RunSpec(**{**usual, **changes})


def raised(error: BaseException) -> BaseException:
    """Return an exception as it is after having been raised."""
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001
        return caught


# The words of real libraries, which need a GPU (or a broken one) to be provoked. From reports to
# tensorflow, jax and xla.
GPU_MEMORY = [
    "OOM when allocating tensor with shape[4096,20000] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc",
    "Failed to allocate request for 2.99GiB (3206250496B) on device ordinal 0",
    "Dst tensor is not initialized.",
    "failed to create cublas handle: CUBLAS_STATUS_ALLOC_FAILED",
    "Failed call to cudaMalloc: CUDA_ERROR_OUT_OF_MEMORY: out of memory",
]
GPU_LOST = [
    "INTERNAL: Failed to complete all kernels launched on stream 0x55890eb6ea00: CUDA error: Could "
    "not synchronize CUDA stream: CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was "
    "encountered",
    "GPU sync failed",
    "could not synchronize on CUDA context: CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure",
    "failed to query event: CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure",
    "CUDA_ERROR_ECC_UNCORRECTABLE: uncorrectable ECC error encountered",
    "Failed to launch CUDA kernel: fusion_1560 with block dimensions: 160x1x1",
    "could not create cudnn handle: CUDNN_STATUS_INTERNAL_ERROR",
    "GPU is lost",
]


@pytest.mark.parametrize("words", GPU_MEMORY)
def test_a_gpu_whose_memory_does_not_suffice_names_the_batch_and_the_command(words):
    reason, cause, remedy = explain(raised(RuntimeError(words)), spec())
    assert reason == "memory"
    assert cause.startswith("The GPU ran out of memory")
    assert "batch_size=2048: dlconsole train wine --set batch_size=2048 --seed 7." in remedy
    assert "nvidia-smi" in remedy
    assert remedy.endswith("dlconsole resume wine-mlp-k3f9")


@pytest.mark.parametrize("words", GPU_LOST)
def test_a_gpu_that_is_gone_is_told_as_that(words):
    reason, cause, remedy = explain(raised(RuntimeError(words)), spec(), "baseline")
    assert reason == "device"
    assert cause.startswith("The GPU failed: ")
    assert words[:40] in cause
    assert "nvidia-smi" in remedy
    assert remedy.endswith("dlconsole resume baseline")


def test_words_of_a_persons_own_data_are_not_taken_for_the_gpus():
    assert explain(raised(KeyError("NVML")), spec())[0] == "defect"
    assert explain(raised(ValueError("no column 'Xid'")), spec())[0] == "defect"


def test_numpys_want_of_memory_says_how_much_was_asked_for():
    with pytest.raises(MemoryError) as caught:
        np.zeros((10**7, 10**7))
    reason, cause, remedy = explain(caught.value, spec())
    assert reason == "memory"
    assert "728 TiB for an array with shape (10000000, 10000000)" in cause
    assert "batch_size=2048" in remedy


def test_a_batch_of_one_cannot_be_halved():
    _, _, remedy = explain(MemoryError(), spec(values={"batch_size": 1}))
    assert "batch_size" not in remedy
    assert "smaller" in remedy


def raised_from(error: BaseException, cause: BaseException) -> BaseException:
    """Return an exception as it is after having been raised because of another one."""
    error.__cause__ = raised(cause)
    return raised(error)


def test_what_does_not_shrink_with_the_batch_is_told_as_the_networks():
    words = "Unable to allocate 64.0 MiB for an array with shape (4000, 4000) and data type float32"
    remedy = explain(MemoryError(words), spec())[2]
    assert remedy.startswith("Make the network smaller, or try batch_size=2048: dlconsole train")
    words = "OOM when allocating tensor with shape[4096,4000] and type float on device:CPU:0"
    assert explain(RuntimeError(words), spec())[2].startswith("Try batch_size=2048: ")


class Loading(Task):
    """A task whose data takes too much memory."""

    def load(self):
        raise MemoryError


Loading.__abstractmethods__ = frozenset()  # the rest of a task is not asked for


def test_data_that_takes_too_much_memory_is_not_blamed_on_the_batch():
    with pytest.raises(MemoryError) as caught:
        Loading(None).load()  # type: ignore[arg-type]
    assert explain(caught.value, spec())[2].startswith("Use less data")


def test_a_process_at_its_limit_is_told_as_want_of_memory_whatever_it_failed_with(tmp_path):
    (tmp_path / "library.py").write_text(
        "blocks = []\n"
        "try:\n    while True:\n        blocks.append(bytearray(1 << 20))\n"
        "except MemoryError:\n    del blocks\n"
        "raise AttributeError('partially initialized')\n"
    )
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from engine.failures import explain\n"
        "from tests.engine.test_failures import spec\n"
        "pages = int(Path('/proc/self/statm').read_text().split()[0])\n"
        "limit = pages * resource.getpagesize() + (1 << 26)\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "try:\n    import library\nexcept AttributeError as error:\n"
        "    print(*explain(error, spec()), sep='\\n')\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"PYTHONPATH": f"{root}:{tmp_path}"},
    )  # fmt: skip
    reason, cause, remedy = done.stdout.splitlines()
    assert reason == "memory"
    assert "ulimit -v" in cause
    assert "AttributeError: partially initialized" in cause
    assert remedy == "Not even Keras fits in: train where there is more memory."


def test_where_a_library_hides_its_want_of_memory_the_chain_is_looked_into():
    cause = ImportError("libtensorflow.so.2: failed to map segment from shared object")
    problem = raised_from(Problem("The backend tensorflow cannot be used.", "Install it."), cause)
    assert explain(problem, spec())[0] == "memory"


def test_a_problem_is_told_in_its_own_words():
    cause = PermissionError(errno.EACCES, "Permission denied", "t.csv")
    problem = raised_from(Problem("t.csv cannot be read.", "Name another."), cause)
    assert explain(problem, spec()) == ("data", "t.csv cannot be read.", "Name another.")


@pytest.mark.parametrize(
    ("number", "cause", "remedy"),
    [
        (errno.ENOSPC, "The disk is full.", "Make room"),
        (errno.EDQUOT, "The disk quota is used up.", "Make room"),
        (errno.EROFS, "read-only", "dmesg"),
        (errno.EACCES, "permission denied", "right"),
        (errno.EIO, "network file system failed", "mount"),
        (errno.ESTALE, "network file system failed", "mount"),
    ],
)
def test_a_disk_that_takes_no_more_is_told_with_how_to_go_on(number, cause, remedy):
    reason, told, todo = explain(OSError(number, "as the system says"), spec())
    assert reason == "disk"
    assert cause in told
    assert remedy in todo
    assert todo.endswith("dlconsole resume wine-mlp-k3f9")


def test_a_full_disk_says_that_the_snapshot_is_whole_where_there_is_one():
    error = OSError(errno.ENOSPC, "No space left on device")
    assert "snapshot is whole" in explain(error, spec())[2]
    assert "snapshot" not in explain(error, spec(snapshots="off"))[2]


def write_to_full_disk() -> None:
    with open("/dev/full", "wb", buffering=0) as file:  # noqa: PTH123 - a device
        try:
            file.write(b"x")
        finally:
            raise ValueError("cannot close an archive that is being written")


def test_a_real_full_disk_is_recognised_behind_what_fails_after_it():
    with pytest.raises(ValueError, match="archive") as caught:
        write_to_full_disk()
    assert explain(caught.value, spec())[:2] == ("disk", "The disk is full.")


def test_a_loss_that_is_no_number_names_the_way_back_with_a_lower_rate(monkeypatch):
    class NotFinite(Exception):  # noqa: N818
        """Stands for the one beside Keras."""

    module = types.ModuleType("engine.training.fit")
    module.NotFinite = NotFinite  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "engine.training.fit", module)
    reason, cause, remedy = explain(NotFinite("From step 3 of epoch 2 on."), spec())
    assert (reason, cause) == ("nan", "From step 3 of epoch 2 on.")
    assert remedy.endswith("dlconsole resume wine-mlp-k3f9 --learning-rate 0.001")


def test_a_lost_connection_is_not_a_lost_disk():
    assert explain(ConnectionResetError(errno.ECONNRESET, "reset"), spec())[0] == "defect"


def test_a_defect_keeps_its_first_line_and_points_to_the_log(capsys):
    error = raised(ZeroDivisionError("division by zero\nand more"))
    reason, cause, remedy = explain(error, spec())
    assert (reason, cause) == ("defect", "ZeroDivisionError: division by zero and more")
    assert "console.log" in remedy
    print_whole(error)
    assert "Traceback" in capsys.readouterr().err
    print_whole(Problem("No column 'c'."))
    assert capsys.readouterr().err == ""


def test_a_name_that_needs_quotes_gets_them():
    remedy = explain(OSError(errno.ENOSPC, ""), spec(), "my run")[2]
    assert remedy.endswith("dlconsole resume 'my run'")


PROVOKED = """
import json, os, sys
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", KERAS_BACKEND=sys.argv[1], JAX_PLATFORMS="cpu")
sys.path.insert(0, sys.argv[2])
import importlib.util, pathlib
import keras
import numpy as np
from engine.failures import explain
from tests.engine.test_failures import spec

told = {}
def provoke(name, job):
    try:
        job()
    except BaseException as error:
        told[name] = explain(error, spec(code={"my_net.py": ""}))
"""

OWN_NETWORK = """
import keras

class Halve(keras.layers.Layer):
    def call(self, x):
        return keras.ops.matmul(x, keras.ops.ones((3, 3)))

def reshaped():
    return keras.Sequential([keras.Input((10,)), keras.layers.Dense(3),
                             keras.layers.Reshape((7,))])

def halved():
    return keras.Sequential([keras.Input((10,)), Halve()])

def misfit():
    model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(3)])
    model.compile("sgd", loss=lambda y, p: keras.ops.mean(y - p))
    return model
"""


def provoke(tmp_path: Path, backend: str, *cases: str) -> dict[str, list[str]]:
    """Run cases on a real backend and return what was told of each."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "my_net.py").write_text(OWN_NETWORK)
    own = (
        "from engine.references import load_file\n"
        f"my_net = load_file(pathlib.Path({str(code / 'my_net.py')!r}))\n"
    )
    program = tmp_path / "program.py"
    parts = [PROVOKED, own, *map(textwrap.dedent, cases), "print(json.dumps(told))"]
    program.write_text("\n".join(parts))
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, str(program), backend, root],
        capture_output=True, text=True, timeout=180, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


OWN_CASES = """
provoke("reshaped", my_net.reshaped)
provoke("halved", my_net.halved)
provoke("misfit", lambda: my_net.misfit().train_on_batch(np.zeros((4, 10)), np.zeros((4, 2))))
"""


def check_own_network(told: dict[str, list[str]]) -> None:
    reason, cause, remedy = told["reshaped"]
    assert reason == "defect"
    assert cause.startswith("my_net.py, line 9: ValueError: The total size of the tensor must be")
    assert "\x1b" not in cause
    assert remedy.startswith("Mend my_net.py")
    assert told["halved"][1].startswith("my_net.py, line ")
    assert "10" in told["halved"][1]
    assert told["misfit"][1].startswith("my_net.py, line 17: ")


def test_what_tensorflow_raises_is_told_plainly(tmp_path):
    told = provoke(
        tmp_path,
        "tensorflow",
        """
        import tensorflow as tf

        @tf.function
        def loop(rows):
            def body(number, total):
                return number + 1, total + tf.reduce_sum(tf.random.uniform((rows, 10**6)))
            return tf.while_loop(lambda number, _: number < 3, body, (0, 0.0))

        provoke("eager", lambda: tf.zeros((10**6, 10**6)))
        provoke("compiled", lambda: loop(tf.constant(10**6)))
        provoke("full", lambda: tf.io.write_file("/dev/full", tf.constant("x" * 10**6)))
        """,
        OWN_CASES,
    )
    for case in ("eager", "compiled"):
        reason, cause, remedy = told[case]
        assert reason == "memory"
        assert "a float tensor of shape [1000000, 1000000] did not fit" in cause
        assert "GPU" not in cause
        assert "batch_size=2048" in remedy
    assert told["full"][:2] == ["disk", "The disk is full."]
    check_own_network(told)


def test_what_jax_raises_is_told_plainly(tmp_path):
    told = provoke(
        tmp_path,
        "jax",
        """
        import jax, jax.numpy as jnp

        @jax.jit
        def product(x):
            return (jax.random.uniform(jax.random.key(0), (10**6, 10**6)) @ x).sum()

        provoke("eager", lambda: jnp.zeros((10**6, 10**6)).block_until_ready())
        provoke("compiled", lambda: product(jnp.ones((10**6,))).block_until_ready())
        """,
        OWN_CASES,
    )
    for case in ("eager", "compiled"):
        reason, cause, remedy = told[case]
        assert reason == "memory"
        assert "TB did not fit" in cause
        assert "batch_size=2048" in remedy
    check_own_network(told)

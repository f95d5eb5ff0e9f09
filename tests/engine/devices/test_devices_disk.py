"""File systems: which mount a path lies on, what is a network, and real room."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.devices.disk import file_system, free_bytes


def table(folder: Path, *rows: str) -> Path:
    file = folder / "mounts"
    file.write_text("".join(f"{row} rw,relatime 0 0\n" for row in rows))
    return file


def test_the_deepest_mount_above_the_path_counts(tmp_path: Path) -> None:
    runs = tmp_path / "home" / "ada" / "runs"
    runs.mkdir(parents=True)
    mounts = table(
        tmp_path,
        f"server:/home {tmp_path}/home nfs4",
        "/dev/sda1 / ext4",
        f"/dev/sdb1 {tmp_path}/home/adam xfs",
    )
    found = file_system(runs, mounts=mounts)
    assert (found.type, found.mount, found.is_network) == ("nfs4", f"{tmp_path}/home", True)
    assert file_system(tmp_path, mounts=mounts).type == "ext4"


def test_of_two_mounts_at_one_folder_the_later_is_on_top(tmp_path: Path) -> None:
    mounts = table(tmp_path, f"auto {tmp_path} autofs", f"server:/x {tmp_path} nfs")
    assert file_system(tmp_path, mounts=mounts).type == "nfs"


def test_a_mount_with_a_blank_in_its_name_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    folder.mkdir()
    mounts = table(tmp_path, "/dev/sda1 / ext4", f"//pc/share {tmp_path}/my\\040data cifs")
    assert file_system(folder, mounts=mounts).type == "cifs"


@pytest.mark.parametrize(
    ("kind", "is_network"),
    [
        ("ext4", False),
        ("overlay", False),
        ("tmpfs", False),
        ("fuse.ntfs-3g", False),
        ("fuse.sshfs", True),
        ("lustre", True),
        ("9p", True),
        ("nfs", True),
    ],
)
def test_what_counts_as_a_network(tmp_path: Path, kind: str, is_network: bool) -> None:
    assert file_system(tmp_path, mounts=table(tmp_path, f"x / {kind}")).is_network is is_network


def test_a_link_counts_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "runs").symlink_to(tmp_path / "far")
    mounts = table(tmp_path, "x / ext4", f"server:/far {tmp_path}/far nfs")
    assert file_system(tmp_path / "runs", mounts=mounts).is_network


def test_real_room_also_for_a_folder_to_come(tmp_path: Path) -> None:
    found = file_system(tmp_path / "not" / "yet")
    assert found.type
    assert found.total_bytes == shutil.disk_usage(tmp_path).total
    assert found.free_bytes is not None
    assert 0 < found.free_bytes <= (found.total_bytes or 0)
    assert free_bytes(tmp_path / "not" / "yet")


def test_without_a_table_psutil_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = type("Part", (), {"mountpoint": "/", "fstype": "apfs"})
    monkeypatch.setattr("psutil.disk_partitions", lambda all: [part])
    assert file_system(tmp_path, mounts=tmp_path / "none").type == "apfs"


@pytest.mark.parametrize("path", ["a\0b", "~nobody-of-this-name/x", "x" * 5000])
def test_a_path_that_cannot_be_is_unknown_not_an_error(path: str) -> None:
    file_system(Path(path))


def test_a_table_that_cannot_be_understood_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_bytes(b"\n\xff\xff\nx\n")
    found = file_system(tmp_path, mounts=tmp_path / "mounts")
    assert (found.type, found.is_network) == (None, False)
    assert found.free_bytes

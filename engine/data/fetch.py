"""Published files: found where they lie, or fetched once, and always hashed.

What it promises:

* A file that already lies in a data folder under its usual name is used as it is. It is never
  replaced, renamed or deleted, even when its hash is not the published one; :class:`Found` says so.
* A file appears under its usual name only when it is complete and its hash is right. Until then it
  is ``<name>.part``, which a later call goes on with.
* Two processes that want the same file do not disturb each other: the ``.part`` is locked by the
  one that fetches, the other waits and uses the result.
* Whatever keeps a file from coming is a :class:`~engine.errors.Problem` that says why, where the
  file could be put by hand, and how to train without it.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import re
import shutil
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from engine.data.part import CHUNK, Part
from engine.errors import Problem
from engine.recipe import RemoteFile

Progress = Callable[[int, int], None]
"""Told the bytes that are there and the bytes there will be, after every chunk."""

TIMEOUT = 20.0
"""Seconds without a byte after which a connection is given up."""

CONTINUATIONS = 3
"""How often one call takes up a connection that broke off. Only one that brought something counts:
a server that cannot be reached is reported at once."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A file that can be read.

    Attributes:
        path: Where it lies.
        sha256: Of its content, hexadecimal.
        published: Whether that is the hash of the published file, or of one with its content.
    """

    path: Path
    sha256: str
    published: bool


def find(file: RemoteFile, folders: Sequence[Path]) -> Path | None:
    """Return the first file of that name in ``folders`` or in a ``data`` folder within them.

    Both levels are looked at because a person may name either as their data folder.
    """
    for folder in folders:
        for candidate in (folder / file.name, folder / "data" / file.name):
            # A folder that may not be entered is as good as one without the file.
            with suppress(OSError):
                if candidate.is_file():
                    return candidate
    return None


def fetch(file: RemoteFile, folders: Sequence[Path], into: Path, progress: Progress) -> Found:
    """Return the file, after downloading it if it lies nowhere yet.

    Args:
        file: What is wanted.
        folders: Where it may lie already; only read.
        into: The folder it is downloaded into; created (for this person alone) when needed.
        progress: Told how far the download is. What it raises ends the call, and what was fetched
            until then is kept for the next one.

    Raises:
        Problem: It can be neither found nor fetched; the sentence says why.
    """
    lying = find(file, [*folders, into])
    if lying is None:
        lying = into / file.name
        _check_declaration(file)
        _make_folders(lying.parent, file, lying)
        _download(file, lying, progress)
    try:
        digest = sha256_of(lying)
    except OSError as error:
        raise Problem(
            f"{lying} cannot be read: {_why(error)}.", "Make it readable for yourself, or move it."
        ) from error
    published = digest in (file.sha256.lower(), *file.equals)
    return Found(path=lying, sha256=digest, published=published)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal; it is never in memory as a whole."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# -- one download ----------------------------------------------------------------------------------


class _ConnectionLostError(Exception):
    """The connection broke off; what came is in the part."""


def _download(file: RemoteFile, path: Path, progress: Progress) -> None:
    """Fetch ``file`` to ``path``, or wait until another process has done so."""

    def waiting(done: int) -> None:
        progress(min(done, file.size), file.size)

    try:
        part = Part.lock(path, waiting)
        if part is None:
            return
        with part:
            if part.done > file.size:
                part.restart()
            try:
                _complete(file, part, path, progress)
                part.publish()
            except OSError as error:
                if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                    part.restart()  # Room is worth more to the runs on this disk than half a file.
                raise
    except BrokenPipeError:  # No file gives this: whoever is told of the progress is gone.
        raise
    except OSError as error:  # Network errors have become Problems by now: this is the disk.
        why = f"{path}.part cannot be written: {_why(error)}"
        raise _failure(file, path, why) from error


def _complete(file: RemoteFile, part: Part, path: Path, progress: Progress) -> None:
    """Fetch what is missing and check the whole."""
    continuations = 0
    while True:
        missing = file.size - part.done
        if missing > shutil.disk_usage(part.path.parent).free:
            raise OSError(errno.ENOSPC, f"{missing:,} bytes are still to come")
        before = part.done
        try:
            if missing:
                _stream(file, part, path, progress)
        except _ConnectionLostError as lost:
            continuations += 1
            if part.done <= before or continuations > CONTINUATIONS:
                got = f"{part.done:,} of {file.size:,} bytes came"
                raise _failure(file, path, f"{lost} ({got})") from lost
            continue
        got_hash = part.sha256
        if got_hash == file.sha256.lower():
            return
        if not part.resumed:
            part.restart()  # Nothing of it is kept, and an empty part is removed.
            raise _failure(
                file,
                path,
                f"its content is not the published one: expected sha256 {file.sha256[:12]}…, "
                f"got {got_hash[:12]}…",
            )
        # The first bytes may be of an older edition, or of a login page: once more from the start.
        part.restart()


def _stream(file: RemoteFile, part: Part, path: Path, progress: Progress) -> None:
    """Append what one request brings, until the part is as long as the file."""
    with _open(file, part, path) as response:
        length = _whole_length(response)
        if length is not None and length != file.size:
            raise _failure(
                file, path, f"expected a file of {file.size:,} bytes, the server has {length:,}"
            )
        progress(part.done, file.size)
        while True:
            try:
                chunk = response.read1(CHUNK)
            except (OSError, http.client.HTTPException) as error:
                raise _ConnectionLostError(f"the connection broke off: {_why(error)}") from error
            if not chunk:
                break
            if part.done + len(chunk) > file.size:
                part.restart()
                raise _failure(
                    file, path, f"expected a file of {file.size:,} bytes, the server sends more"
                )
            part.append(chunk)
            progress(part.done, file.size)
    if part.done < file.size:
        raise _ConnectionLostError("the connection ended early")


def _open(file: RemoteFile, part: Part, path: Path) -> http.client.HTTPResponse:
    """Ask for what is missing; the part is emptied if the server sends the whole file anyway."""
    headers = {"User-Agent": "dlconsole", "Accept-Encoding": "identity"}
    if part.done:
        headers["Range"] = f"bytes={part.done}-"
    request = urllib.request.Request(file.url, headers=headers)
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and part.done:
            part.restart()
            return _open(file, part, path)
        raise _failure(
            file, path, f"the server answered {error.code} {error.reason}".strip()
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _failure(file, path, _why(error)) from error
    if part.done and not _continues_at(response, part.done):
        part.restart()
        if response.status == http.HTTPStatus.PARTIAL_CONTENT:  # Another part than asked for.
            response.close()
            return _open(file, part, path)
    return response


def _continues_at(response: http.client.HTTPResponse, offset: int) -> bool:
    stated = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return (
        response.status == http.HTTPStatus.PARTIAL_CONTENT
        and stated is not None
        and int(stated[1]) == offset
    )


def _whole_length(response: http.client.HTTPResponse) -> int | None:
    """Return the length of the whole file in bytes, where the server states it."""
    if response.status == http.HTTPStatus.PARTIAL_CONTENT:
        stated = response.headers.get("Content-Range", "").rpartition("/")[2]
    else:
        stated = response.headers.get("Content-Length", "")
    return int(stated) if stated.isdecimal() else None


def _make_folders(folder: Path, file: RemoteFile, path: Path) -> None:
    """Create ``folder`` and what is missing above it, each for this person alone."""
    try:
        for each in [*reversed(folder.parents), folder]:
            if not each.is_dir():
                each.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _failure(file, path, f"{folder} cannot be created: {_why(error)}") from error


# -- words -----------------------------------------------------------------------------------------


def _check_declaration(file: RemoteFile) -> None:
    """Turn away what a recipe of a person's own may have got wrong."""
    name = PurePosixPath(file.name)
    if not file.name or name.is_absolute() or ".." in name.parts:
        raise Problem(
            f"Expected a file name within the data folder, got {file.name!r}.",
            "Correct the name of the file in the recipe.",
        )
    if urlsplit(file.url).scheme not in {"http", "https"}:
        raise Problem(
            f"Expected an http or https address for {file.name}, got {file.url!r}.",
            "Correct the address in the recipe, or put the file into the data folder by hand.",
        )


def _failure(file: RemoteFile, path: Path, why: str) -> Problem:
    return Problem(
        f"{file.name} could not be fetched from {urlsplit(file.url).hostname}: {why}.",
        f"Try again later, put the file at {path} by hand, "
        "or use the built-in data with --data sample.",
    )


def _why(error: BaseException) -> str:
    """Say in a few words what went wrong, without class names and error numbers."""
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, BaseException):
        return _why(error.reason)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return f"no answer within {TIMEOUT:.0f} seconds"
    if isinstance(error, socket.gaierror):
        return "the server's name cannot be resolved, as without a network"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error) or type(error).__name__

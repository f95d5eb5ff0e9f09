"""The standby: has imported everything, and forks whatever is asked of it.

Started as ``python -P -m engine.standby DESCRIPTOR`` by :mod:`engine.process.standby`, which says
what the descriptor, a socket, brings. It imports in a thread and computes nothing, ever: a child
forked after a mere import works, one forked after a single operation of TensorFlow hangs. So

* each kind of question is answered by a child that stays, so that the next one is answered sooner,
  and is killed when its question is no longer wanted, whatever it is in the middle of;
* each launch becomes a child of its own, deaf to the socket and in a session of its own;
* the standby is as good as new afterwards.

Between messages it sleeps in the kernel. It ends when the socket does, also while importing, and
its answering children end with it.
"""

from __future__ import annotations

import atexit
import faulthandler
import gc
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import msgspec

from engine import ahead, forked
from engine.answer import told
from engine.errors import Problem
from engine.process.messages import (
    DECODER,
    LONGEST,
    MOST_DESCRIPTORS,
    Ask,
    Cancel,
    Launch,
    Message,
    Ready,
)
from engine.run.records import dumps


def main(arguments: list[str]) -> NoReturn:
    """Serve until the console is gone."""
    faulthandler.enable()
    standby = _Standby(socket.socket(fileno=int(arguments[0])))
    try:
        standby.serve()
    except Exception:  # noqa: BLE001 - nobody would hear of it otherwise
        traceback.print_exc()
    finally:
        standby.end_answers()
        # Not the usual way out: a thread may still be importing.
        os._exit(0)


class _Answerer:
    """A child that answers questions of one kind, one after another."""

    def __init__(self, pid: int, channel: socket.socket, scratch: Path, first: Ask) -> None:
        self.pid = pid
        self.channel = channel
        self.scratch = scratch
        self.first = first
        self.number = first.number

    def is_for(self, message: Ask) -> bool:
        """Say whether it can answer a question as it is meant."""
        return (
            isinstance(message.question, type(self.first.question))
            and message.environment == self.first.environment
            and not self.first.alone
        )


class _Standby:
    """The process that forks.

    Args:
        control: What the console says; a packet a message.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._answerers: list[_Answerer] = []
        self._received: list[tuple[Message, list[int]]] = []
        self._imported = threading.Event()
        self._takes_gpus = True
        self._problem: Problem | None = None
        # Something to wait for together with the socket: children that end, and the import.
        self._waking, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Do what is asked until there is nobody to ask."""
        importing = threading.Thread(target=self._import, daemon=True)
        importing.start()
        is_ready = False
        while True:
            readable, _, _ = select.select([self._control.fileno(), self._waking], [], [])
            if self._waking in readable:
                os.read(self._waking, 4096)
                self._reap()
            if self._control.fileno() in readable:
                said, descriptors, _, _ = socket.recv_fds(self._control, LONGEST, MOST_DESCRIPTORS)
                if not said:
                    return
                self._received.append((DECODER.decode(said), descriptors))
            if not is_ready and self._imported.is_set():
                importing.join()
                if not self._say_ready():
                    return
                is_ready = True
            if is_ready:
                self._do_all()
            else:
                self._drop_cancelled()

    def end_answers(self) -> None:
        """Kill every answering child, and remove what it has written."""
        for each in list(self._answerers):
            self._kill(each)

    def _import(self) -> None:
        try:
            ahead.import_everything()
        except Problem as problem:
            self._problem = problem
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken package can raise anything
            traceback.print_exc()
            self._problem = Problem(
                f"The backend {os.environ['KERAS_BACKEND']} cannot be imported: {error}.",
                "dlconsole doctor says more.",
            )
        # What was imported stays for good: children need not look through it, nor copy it.
        gc.collect()
        gc.freeze()
        self._imported.set()
        os.write(self._wake, b"i")

    def _say_ready(self) -> bool:
        """Tell the console how importing went; say whether it went well."""
        problem = self._problem
        ready = Ready() if problem is None else Ready(problem.what, problem.remedy)
        self._takes_gpus = not ahead.cuda_is_touched()
        ready = msgspec.structs.replace(ready, takes_gpus=self._takes_gpus)
        with suppress(OSError):  # the console may just have gone; that is found next
            self._control.send(msgspec.json.encode(ready))
        return problem is None

    # What is asked.

    def _do_all(self) -> None:
        """Do what was asked, in that order."""
        while self._received:
            message, descriptors = self._received[0]
            match message:
                case Ask() if len(descriptors) == 1:
                    self._ask(message, descriptors)
                case Cancel():
                    for each in list(self._answerers):
                        if each.number == message.number:
                            self._kill(each)
                case Launch() if len(descriptors) == 1 + message.locked + message.kept:
                    self._launch(message, descriptors)
                case _:
                    # More is open than may be: closing the pipe is all there is to say.
                    pass
            self._close(descriptors)
            del self._received[0]

    def _drop_cancelled(self) -> None:
        """Forget questions that are no longer wanted before anybody could answer them."""
        cancelled = {each.number for each, _ in self._received if isinstance(each, Cancel)}
        kept: list[tuple[Message, list[int]]] = []
        for message, descriptors in self._received:
            if isinstance(message, Ask) and message.number in cancelled:
                self._close(descriptors)
            elif not isinstance(message, Cancel):
                kept.append((message, descriptors))
        self._received = kept

    @staticmethod
    def _close(descriptors: list[int]) -> None:
        for each in descriptors:
            os.close(each)

    def _ask(self, message: Ask, descriptors: list[int]) -> None:
        """Hand a question to a child that can answer it."""
        if message.alone and not self._takes_gpus:
            said = told(Problem("It can only be tried out on the CPU.", "--device cpu"))
            os.write(descriptors[0], dumps(said).encode())
            return
        for each in list(self._answerers):
            if each.is_for(message):
                if _hand_over(each.channel, message, descriptors):
                    each.number = message.number
                    return
                self._kill(each)
            elif isinstance(message.question, type(each.first.question)):
                self._kill(each)  # it has been made ready for another device
        each = self._make_answerer(message)
        _hand_over(each.channel, message, descriptors)

    def _make_answerer(self, message: Ask) -> _Answerer:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Made and removed here, since the child can be killed at any moment.
        scratch = Path(tempfile.mkdtemp(prefix="dlconsole-"))

        def child() -> int:
            ours.close()
            return forked.answer(theirs, message.environment, scratch)

        pid = self._fork(child, keep=[])
        theirs.close()
        self._answerers.append(_Answerer(pid, ours, scratch, message))
        return self._answerers[-1]

    def _launch(self, message: Launch, descriptors: list[int]) -> None:
        """Fork the worker of a run. The questions were about what is being launched now."""
        self.end_answers()

        def child() -> int:
            return forked.train(message, *descriptors)

        self._fork(child, keep=descriptors)

    # Children.

    def _fork(self, child: Callable[[], int], keep: list[int]) -> int:
        """Fork; return the child's number. In the child, do what it is for and end.

        Args:
            child: What it is for; returns its exit status.
            keep: The descriptors that are meant for it. Others it must not have: a lock that was
                sent for another run would stay taken for as long as this child lives.
        """
        with warnings.catch_warnings():
            # That threads of libraries do not come along is known; they had nothing to do yet.
            warnings.simplefilter("ignore")
            pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for descriptor in (self._waking, self._wake):
                os.close(descriptor)
            self._control.close()
            for each in self._answerers:
                each.channel.close()
            for _, descriptors in self._received:
                self._close([each for each in descriptors if each not in keep])
            code = child()
        except BaseException:  # noqa: BLE001 - whatever it is must not go on as the standby
            traceback.print_exc()
        finally:
            # As at the end of a process of its own: what libraries have put aside is removed.
            with suppress(Exception):
                atexit._run_exitfuncs()
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        """Take leave of children that have ended."""
        with suppress(ChildProcessError):
            while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                for each in [each for each in self._answerers if each.pid == pid]:
                    self._forget(each)

    def _kill(self, answerer: _Answerer) -> None:
        # Nobody else waits for children, so the number is still this child's.
        os.kill(answerer.pid, signal.SIGKILL)
        os.waitpid(answerer.pid, 0)
        self._forget(answerer)

    def _forget(self, answerer: _Answerer) -> None:
        self._answerers.remove(answerer)
        answerer.channel.close()
        shutil.rmtree(answerer.scratch, ignore_errors=True)


def _hand_over(channel: socket.socket, message: Ask, descriptors: list[int]) -> bool:
    """Pass a question on to a child; say whether it takes one."""
    try:
        socket.send_fds(channel, [msgspec.json.encode(message)], descriptors)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])

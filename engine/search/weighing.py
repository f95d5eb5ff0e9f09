"""What mattered so far, worked out beside the search as its trials end."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress

from engine.run.files import replace
from engine.run.folder import RunFolder
from engine.run.records import encode
from engine.run.search_records import SearchSpec, SearchValue
from engine.run.search_view import SearchView

_Scored = list[tuple[Mapping[str, SearchValue], float]]


class Weighing:
    """Keeps ``importance.json`` up to date.

    Args:
        folder: The search.
        search: What was asked for.
    """

    def __init__(self, folder: RunFolder, search: SearchSpec) -> None:
        self._folder = folder
        self._search = search
        self._thread: threading.Thread | None = None

    def weigh(self, view: SearchView) -> None:
        """Work it out in a thread, unless the last time is not over yet."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._weigh, args=(furthest(view),), daemon=True)
            self._thread.start()

    def finish(self, view: SearchView) -> None:
        """Work it out for the last time, and wait for it."""
        if self._thread is not None:
            self._thread.join()
        self._weigh(furthest(view))

    def _weigh(self, trials: _Scored) -> None:
        from engine.search.importance import importance  # scikit-learn: only once it is needed

        found = importance(self._search, trials)
        if found is not None:
            with suppress(OSError):  # a search does not end because this cannot be written
                replace(self._folder.importance, encode(found), durable=False)


def furthest(view: SearchView) -> _Scored:
    """Return values and score of each setting, from the trial that trained it furthest."""
    found: dict[tuple[str, ...], tuple[Mapping[str, SearchValue], float]] = {}
    for each in view.scored():
        assert each.score is not None  # that is what scored() says
        found[tuple(each.asked.runs)] = (each.asked.values, each.score)
    return list(found.values())

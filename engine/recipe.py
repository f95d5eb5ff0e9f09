"""What a recipe is: data, no code.

A recipe says what is learned from which data by which network, what may be set, and which settings
have a name (its presets). It names the functions that do the work, as ``module:function``; they are
looked up in the worker only, so that a console can show every recipe without importing Keras.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.dimensions import Dimension, parse
from engine.errors import Problem, nearest
from engine.space import Space, Value

_HIGHER_IS_BETTER = frozenset({"accuracy", "auc", "f1", "r2"})

FAMILIES = ("prediction", "pictures", "text", "making", "acting")
"""Headings of recipes, in the order in which they are shown; others follow."""

FORMS = ("table", "pictures", "texts")
"""What raw input a recipe can take."""

ROWS = ("independent", "ordered")
"""Whether the rows of a table follow upon each other."""


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file of a data set, as its publisher offers it.

    Attributes:
        name: Its usual name, and its path within a data folder.
        url: Where it is fetched from.
        sha256: The hash of the published file, hexadecimal.
        size: Bytes.
        equals: Hashes of other archives that are known to hold the very same content.
    """

    name: str
    url: str
    sha256: str
    size: int
    equals: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """One place where a recipe's data can come from.

    Attributes:
        loader: ``module:function`` that reads it; what it returns is up to the recipe's task.
        summary: What it is, in one line that a form can show.
        files: What has to be fetched first; empty for data that comes with a package or a person.
        synthetic: Whether it is generated rather than observed. Shown wherever the data is shown.
    """

    loader: str
    summary: str
    files: tuple[RemoteFile, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class Published:
    """A figure that a text prints for a preset, to hold ours against.

    Attributes:
        metric: The name of the metric, as the report calls it.
        split: ``train``, ``val`` or ``test``.
        value: The printed figure; where a range is printed, its lower end.
        source: The text and its chapter.
        upper: Where a range is printed, its upper end.
    """

    metric: str
    split: str
    value: float
    source: str
    upper: float | None = None


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A set of hyperparameter values that has a name.

    Attributes:
        summary: What it is for, in one line.
        values: Only what differs from the defaults of the recipe.
        expect: What a person should see happen, in a sentence or two.
        published: What the text it comes from reports for it.
        own: Whether a person has saved it themselves (:mod:`engine.presets`).
    """

    summary: str
    values: Mapping[str, Value] = field(default_factory=dict)
    expect: str = ""
    published: tuple[Published, ...] = ()
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A problem, ready to be trained.

    Attributes:
        name: Lower-case word that a person types.
        title: A few words for headings.
        family: The heading it stands under, one of :data:`FAMILIES` or another.
        task: ``module:class`` of the task that trains, measures and samples it.
        network: ``module:function`` that builds the network; ``my_net.py:build`` is looked up
            beside a person's own recipe file.
        story: What the data is, what the network is and what to expect, in a paragraph.
        origin: The text it comes from.
        official: The published data set.
        sample: A small stand-in that needs no network.
        own: How a person's own data is read; its ``summary`` says in which form.
        target: The column (or label) learned by default, where the data has several.
        form: What raw input it takes: ``table``, ``pictures`` or ``texts``.
        space: Everything that may be set.
        presets: By name; the first is the default.
        monitor: The metric by which the best epoch is chosen, unless a hyperparameter ``monitor``
            says another.
        monitor_mode: ``min`` or ``max``: which way it is better.
        rows: Of a table: ``independent``, or ``ordered`` where rows follow upon each other (in
            time), so that the last ones are for testing and folds train on what comes before.
        groups: Of a table: the column that says which rows belong together (those of one patient).
            It is no input, and no group is on both sides of a split. Loaders of such a recipe take
            its name as ``groups``.
        searched: What a search varies unless a person says otherwise, by name, in the language of
            :mod:`engine.dimensions`.
    """

    name: str
    title: str
    family: str
    task: str
    network: str
    story: str
    origin: str
    official: Source
    sample: Source
    own: Source
    space: Space
    presets: Mapping[str, Preset]
    target: str = ""
    form: str = "table"
    monitor: str = "val_loss"
    monitor_mode: str = "min"
    rows: str = "independent"
    groups: str = ""
    searched: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, str, str]:
        """By what recipes are sorted: family, then name."""
        known = self.family in FAMILIES
        return (FAMILIES.index(self.family) if known else len(FAMILIES), self.family, self.name)

    def source(self, kind: str) -> Source:
        """Return the source of a kind: ``official``, ``sample`` or ``own``."""
        return {"official": self.official, "sample": self.sample, "own": self.own}[kind]

    def mode(self, monitor: str) -> str:
        """Return which way a metric is better, ``min`` or ``max``."""
        if monitor == self.monitor:
            return self.monitor_mode
        return "max" if monitor.removeprefix("val_") in _HIGHER_IS_BETTER else "min"

    def preset(self, name: str | None) -> tuple[str, Preset]:
        """Return a preset with its name; the first one for ``None``.

        Raises:
            Problem: There is none of that name; the nearest is given.
        """
        if name is None:
            name = next(iter(self.presets))
        if name not in self.presets:
            raise Problem(
                f"Recipe {self.name} has no preset {name!r}.", nearest(name, self.presets)
            )
        return name, self.presets[name]

    def values(self, preset: str | None, changes: Mapping[str, object]) -> dict[str, Value]:
        """Return every hyperparameter's value: default, then preset, then what a person changed.

        Raises:
            Problem: No such preset or setting, or a value that is not allowed.
        """
        _, chosen = self.preset(preset)
        return self.space.check({**self.space.defaults(), **chosen.values, **changes})

    def validate(self) -> None:
        """Hold the declaration against its own rules.

        Raises:
            Problem: Something in it cannot be right; the sentence names it.
        """
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.name):
            raise Problem(
                f"Expected a name of lower-case letters, digits and '-', got {self.name!r}."
            )
        if not self.presets:
            raise Problem(f"Recipe {self.name} has no preset; it needs at least one.")
        for reference in (self.task, self.network):
            if reference.count(":") != 1:
                raise Problem(f"Recipe {self.name}: expected module:name, got {reference!r}.")
        if self.form not in FORMS:
            raise Problem(
                f"Recipe {self.name}: expected a form of {', '.join(FORMS)}, got {self.form!r}.",
                nearest(self.form, FORMS),
            )
        self._validate_rows()
        self.space.check(self.space.defaults())
        for name in self.presets:
            try:
                self.values(name, {})
            except Problem as problem:
                raise Problem(
                    f"Recipe {self.name}, preset {name}: {problem.what}", problem.remedy
                ) from None
        for name, text in self.searched.items():
            try:
                varied = isinstance(parse(self.space, name, text), Dimension)
            except Problem as problem:
                raise Problem(
                    f"Recipe {self.name}, searched: {problem.what}", problem.remedy
                ) from None
            if not varied:
                raise Problem(
                    f"Recipe {self.name}, searched: {name} has one value only, {text!r}.",
                    "Name at least two, or leave it out.",
                )

    def _validate_rows(self) -> None:
        """Raise Problem where what is said of rows cannot be heeded."""
        if self.rows not in ROWS:
            raise Problem(
                f"Recipe {self.name}: expected rows of {', '.join(ROWS)}, got {self.rows!r}.",
                nearest(self.rows, ROWS),
            )
        ordered = self.rows == "ordered"
        if (ordered or self.groups) and self.form != "table":
            raise Problem(
                f"Recipe {self.name}: only rows of a table are ordered or in groups, its form is "
                f"{self.form}."
            )
        if ordered and self.groups:
            raise Problem(
                f"Recipe {self.name}: rows that are ordered cannot be in groups as well.",
                "Leave out rows or groups.",
            )
        if self.groups and self.groups == self.target:
            raise Problem(f"Recipe {self.name}: {self.target} is the target and cannot be groups.")

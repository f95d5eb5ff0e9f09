"""A form being filled in: what was typed, what it means, and the order that it amounts to.

No widget is involved: the form draws a draft and tells it what the person did. Every field has a
text at any time, right or wrong; a wrong one has an error in plain words and keeps the order from
being made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from engine.catalog import Entry
from engine.errors import Problem
from engine.process.order import BACKENDS, Order
from engine.run.folder import check_name
from engine.space import Bool, Choice, Hyperparameter, Value
from tui.form.fields import CHOICE, GROUPS, NUMBER, OWN, SOURCES, Field
from tui.form.form_fields import SEED, SHARE, TAKES, WAIT, own_fields, run_fields
from tui.form.typed import Typed

_SETUP = {"seed": "1", "device": "auto", "queue": WAIT, "backend": BACKENDS[0], "name": ""}
_HEAD = {"preset", "source", "path", "target"}


class Kept(NamedTuple):
    """What an order can ask for and the form has no field for; see there."""

    split_seed: int = 0
    threads: int = 0
    deterministic: bool | None = None
    snapshots: str = "auto"


@dataclass
class Draft(Typed):
    """A recipe's form.

    Attributes:
        entry: The recipe.
        devices: What a run may be placed on.
        typed: The fields that a person changed, with what they say now.
        kept: What an earlier run was asked for and the form has no field for.
    """

    entry: Entry
    devices: Sequence[str] = ("auto", "cpu")
    typed: dict[str, str] = field(default_factory=dict)
    kept: Kept = field(default_factory=lambda: Kept())

    @classmethod
    def like(cls, order: Order, devices: Sequence[str]) -> Draft:
        """Return a form that is filled in with what an order asks for; the name is left open.

        Args:
            order: What is asked for.
            devices: What a run may be placed on.
        """
        space = order.entry.recipe.space
        kept = Kept(order.split_seed, order.threads, order.deterministic, order.snapshots)
        draft = cls(order.entry, devices, kept=kept)
        is_own = order.data not in SOURCES
        said = {
            "preset": order.preset or next(iter(order.entry.recipe.presets)),
            "source": OWN if is_own else order.data,
            "path": order.data if is_own else "",
            "target": order.target if is_own else "",
            "seed": str(order.seed),
            "device": order.device,
            "queue": WAIT if order.queue else SHARE,
            "backend": order.backend,
            **{name: space[name].format(value) for name, value in order.changes.items()},
        }
        for name, text in said.items():
            draft.type(name, text)
        return draft

    def fields(self) -> list[Field]:
        """Return the fields that count at present, in the order of the form."""
        recipe = self.entry.recipe
        head = [
            Field(
                "preset",
                "preset",
                CHOICE,
                hint=" · ".join(recipe.presets),
                options=tuple(recipe.presets),
                help="Settings that have a name; what you change yourself is kept.",
            ),
            Field(
                "source",
                "data",
                CHOICE,
                hint=" · ".join(SOURCES),
                options=SOURCES,
                help="What is learned from.",
            ),
        ]
        if self.text("source") == OWN:
            head += own_fields(recipe)
        rest = [self.setting(name) for name in recipe.space] + run_fields(self.devices)
        order = list(GROUPS)
        return head + sorted(rest, key=lambda each: order.index(each.group))

    def setting(self, name: str) -> Field:
        """Return the field of a hyperparameter."""
        setting: Hyperparameter[Value] = self.entry.recipe.space[name]
        options: tuple[str, ...] = ()
        if isinstance(setting, Choice):
            options = setting.options
        elif isinstance(setting, Bool):
            options = ("yes", "no")
        return Field(
            name=name,
            label=self.entry.recipe.space.label(name),
            kind=CHOICE if options else NUMBER,
            group=setting.group if setting.group in GROUPS else "training",
            hint=setting.range_text(),
            help=setting.help,
            expects="" if options else setting.expects(),
            options=options,
        )

    def changed(self, name: str) -> bool:
        """Say whether a setting differs from the preset's (or the usual one)."""
        return name not in _HEAD and self._differs(name)

    def error(self, name: str) -> str:
        """Say in plain words what is wrong with a field; empty where nothing is."""
        try:
            self._check(name)
        except Problem as problem:
            return str(problem).removeprefix(f"{name}: ")
        return ""

    def reset(self) -> None:
        """Set every field to what the preset has; the preset itself and the data stay."""
        self.kept = Kept()
        self.typed = {name: text for name, text in self.typed.items() if name in _HEAD}

    def order(self) -> Order:
        """Return what the form asks for.

        Raises:
            Problem: A field cannot be as it is.
        """
        for each in self.fields():
            error = self.error(each.name)
            if error:
                raise Problem(f"{each.label}: {error}")
        return self._order({name: self._value(name) for name in self._changes()})

    def order_for_data(self) -> Order:
        """Return an order for the same data, fields of the network that cannot be left out.

        Raises:
            Problem: It is not said where the data lies.
        """
        error = self.error("path") if self.text("source") == OWN else ""
        if error:
            raise Problem(f"path: {error}")
        return self.order_without_wrong()

    def command(self) -> str:
        """Return the command line that asks for the same, fields that cannot be left out."""
        return self.order_without_wrong().command()

    def order_without_wrong(self) -> Order:
        """Return what the form asks for, fields that cannot be left out."""
        wrong = set(self.wrong())
        changes = {name: self._value(name) for name in self._changes() if name not in wrong}
        return self._order(changes, wrong)

    def _order(
        self, changes: Mapping[str, Value], without: set[str] | frozenset[str] = frozenset()
    ) -> Order:
        def said(name: str) -> str:
            return _SETUP.get(name, "") if name in without else self.text(name).strip()

        own = self.text("source") == OWN
        # A path that is not there yet still shows what the command would be.
        path = self.text("path").strip() or "PATH"
        if path in SOURCES:  # a folder of that name is meant, not the source
            path = f"./{path}"
        preset = self.text("preset")
        return Order(
            entry=self.entry,
            preset=None if preset == next(iter(self.entry.recipe.presets)) else preset,
            changes=changes,
            data=path if own else self.text("source"),
            target=said("target") if own else "",
            seed=SEED.parse(said("seed")),
            device=said("device"),
            backend=said("backend"),
            name=said("name"),
            queue=said("queue") == WAIT,
            **self.kept._asdict(),
        )

    def _changes(self) -> list[str]:
        return [name for name in self.entry.recipe.space if self._differs(name)]

    def _usual(self, name: str) -> str:
        recipe = self.entry.recipe
        if name in recipe.space:
            values = recipe.values(self.text("preset"), {})
            return recipe.space[name].format(values[name])
        if name == "preset":
            return next(iter(recipe.presets))
        return "official" if name == "source" else _SETUP.get(name, "")

    def _differs(self, name: str) -> bool:
        """Compare by value where there is one: 0.50 is 0.5."""
        if name not in self.typed:
            return False
        try:
            return bool(self._value(name) != self._value_of(name, self._usual(name)))
        except Problem:
            return True

    def _value(self, name: str) -> Value:
        return self._value_of(name, self.text(name))

    def _value_of(self, name: str, text: str) -> Value:
        if name in self.entry.recipe.space:
            return self.entry.recipe.space.parse_one(name, text)
        return text.strip()

    def _check(self, name: str) -> None:
        text = self.text(name).strip()
        if name in self.entry.recipe.space:
            self._value(name)
        elif name == "seed":
            SEED.parse(text)
        elif name == "name" and text:
            check_name(text)
        elif name == "path":
            if not text:
                raise Problem("Where does it lie?")
            Order(entry=self.entry, data=f"./{text}" if text in SOURCES else text).choice()
            self._check_kind(Path(text).expanduser())

    def _check_kind(self, path: Path) -> None:
        """Raise Problem where a file is taken and a folder stands there, or the other way round."""
        takes, what = TAKES.get(self.entry.recipe.form, ""), self.entry.recipe.own.summary
        if takes == "a folder" and path.is_file():
            raise Problem("This is a file.", f"Expected {what}.")
        if takes == "a file" and path.is_dir():
            raise Problem("This is a folder.", f"Expected {what}.")

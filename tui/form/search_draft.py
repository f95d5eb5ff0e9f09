"""A search form being filled in: how it is searched, what is varied, and the order that makes.

Like :mod:`tui.form.draft`, on which it stands: the training that is set up there is the setting
that stays. Every hyperparameter has a text in the language of :mod:`engine.dimensions`: where that
names one value it is fixed, where it names several a search varies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.dimensions import parse
from engine.errors import Problem
from engine.insight.search_plan import Plan, plan
from engine.process.order import Order, usable_cores
from engine.process.searching import SearchOrder, objectives
from engine.run.folder import check_name
from engine.space import Value
from tui.form.draft import Draft
from tui.form.fields import GROUPS, Field
from tui.form.search_fields import (
    ALL,
    EPOCHS,
    METHOD,
    NAME,
    NUMBERS,
    OBJECTIVE,
    PARALLEL,
    TRIALS,
    USUAL,
    head_fields,
    limit_fields,
)
from tui.form.typed import Typed
from tui.form.varied import all_of, field_of, names_several

if TYPE_CHECKING:
    from engine.run.search_records import SearchSpec

_OWN_LINE = {"epochs"}
"""Settings that have a line among those which say how it is searched."""


class Outcome(NamedTuple):
    """What a form amounts to.

    Attributes:
        search: What is asked for; None where something is wrong.
        plan: What the search would do; likewise.
        problem: What is wrong; empty where nothing is.
        field: The field it is about; empty where it is about several.
    """

    search: SearchSpec | None
    plan: Plan | None
    problem: str = ""
    field: str = ""


@dataclass
class SearchDraft(Typed):
    """A recipe's search form.

    Attributes:
        base: The setting that stays, as far as nothing else is said here; it is not changed.
        typed: The fields that a person changed, with what they say now.
    """

    base: Draft
    typed: dict[str, str] = field(default_factory=dict)
    _outcome: tuple[object, Outcome] | None = None

    def fields(self) -> list[Field]:
        """Return the fields that count at present, in the order of the form."""
        recipe = self.base.entry.recipe
        objective = self.text(OBJECTIVE)
        head = head_fields(self.text(METHOD), self._objectives(), recipe.mode(objective))
        settings = [self._setting(name) for name in self._settings()]
        order = list(GROUPS)
        return [*head, *sorted(settings, key=lambda each: order.index(each.group)), *limit_fields()]

    def changed(self, name: str) -> bool:
        """Say whether a field says something else than is usual."""
        return name != METHOD and name in self.typed

    def error(self, name: str) -> str:
        """Say in plain words what is wrong with a field; empty where nothing is."""
        own = self._own_error(name)
        if own:
            return own
        outcome = self.outcome()
        if outcome.field != name:
            return ""
        label = next(each.label for each in self.fields() if each.name == name)
        for prefix in (name, name.removeprefix("--"), label):
            own = outcome.problem.removeprefix(f"{prefix}: ")
            if own != outcome.problem:
                return own
        return outcome.problem

    def reset(self) -> None:
        """Set every field to what is usual; the method stays."""
        self.typed = {name: said for name, said in self.typed.items() if name == METHOD}

    def is_varied(self, name: str) -> bool:
        """Say whether a hyperparameter is varied; what cannot be read looks as if it were."""
        space = self.base.entry.recipe.space
        return name in space and names_several(space, name, self.text(name))

    def vary(self, name: str) -> None:
        """Vary a hyperparameter, or let it be as the setting has it.

        What is varied is what the recipe searches, else all that it allows.

        Raises:
            Problem: It cannot be varied.
        """
        if self.is_varied(name):
            self.type(name, self.base.text(name))
        elif name in self.base.entry.recipe.space:
            self.type(name, all_of(self.base.entry.recipe, name))

    def setting(self) -> Draft:
        """Return the training that stays; what is varied is as the preset has it."""
        typed = dict(self.base.typed)
        if EPOCHS in self.typed:
            typed.pop("epochs", None)
        for name in self._settings():
            typed.pop(name, None)
            if not self.is_varied(name):
                typed[name] = self.text(name)
        setting = Draft(self.base.entry, self.base.devices, kept=self.base.kept)
        for name, said in {**typed, "name": self.text(NAME)}.items():
            setting.type(name, said)
        return setting

    def rehearsed(self) -> Draft:
        """Return a training to be timed: the one that stays, with a trial's share of the cores."""
        setting = self.setting()
        setting.undo("name")
        parallel = 1 if self._own_error(PARALLEL) else int(self._number(PARALLEL))
        if parallel > 1 and not setting.kept.threads:
            setting.kept = setting.kept._replace(threads=max(1, usable_cores() // parallel))
        return setting

    def order(self) -> SearchOrder:
        """Return what the form asks for.

        Raises:
            Problem: A field cannot be as it is.
        """
        for each in self.fields():
            error = self._own_error(each.name)
            if error:
                raise Problem(f"{each.label}: {error}")
        if not self._varied(set()):
            raise Problem("Nothing is varied.", "Say of a hyperparameter what is to be tried.")
        return self._order(self.setting().order(), set())

    def command(self) -> str:
        """Return the command line that asks for the same, fields that cannot be left out.

        It is empty where nothing is varied.
        """
        wrong = {each.name for each in self.fields() if self._own_error(each.name)}
        if not self._varied(wrong):
            return ""
        return self._order(self.setting().order_without_wrong(), wrong).command()

    def outcome(self) -> Outcome:
        """Work out what the form amounts to."""
        state = (id(self.base.entry), dict(self.typed), dict(self.base.typed), self.base.kept)
        if self._outcome is None or self._outcome[0] != state:
            self._outcome = (state, self._work_out())
        return self._outcome[1]

    def _work_out(self) -> Outcome:
        for each in self.fields():
            error = self._own_error(each.name)
            if error:
                return Outcome(None, None, f"{each.label}: {error}", each.name)
        try:
            search = self.order().search()
            return Outcome(search, plan(search))
        except Problem as problem:
            return Outcome(None, None, str(problem), self._field_of(problem.what))

    def _field_of(self, what: str) -> str:
        """Return the field that a sentence begins with, if it does with one."""
        for each in self.fields():
            for name in (each.name, each.name.removeprefix("--"), each.label):
                if what.startswith((f"{name}:", f"{name} ")):
                    return each.name
        return ""

    def _order(self, setting: Order, without: set[str]) -> SearchOrder:
        recipe = self.base.entry.recipe
        asked = {each.name for each in self.fields()} - without
        space = self._varied(without)
        usual = {n: said for n, said in recipe.searched.items() if n not in setting.changes}
        numbers = {
            name.removeprefix("--").replace("-", "_"): self._number(name)
            for name in NUMBERS
            if name in asked and self.text(name) not in (ALL, self._usual(name))
        }
        return SearchOrder(
            order=replace(setting, changes=_without(setting.changes, space)),
            method=self.text(METHOD),
            # What the recipe searches of itself need not be said.
            space={} if space == usual else space,
            objective=self.text(OBJECTIVE) if OBJECTIVE in self.typed else "",
            **numbers,
        )

    def _settings(self) -> list[str]:
        """Return the hyperparameters that have a line of their own."""
        return [name for name in self.base.entry.recipe.space if name not in _OWN_LINE]

    def _varied(self, without: set[str]) -> dict[str, str]:
        """Return what is varied, and within what, some left out."""
        names = [name for name in self._settings() if name not in without and self.is_varied(name)]
        return {name: self.text(name).strip() for name in names}

    def _objectives(self) -> list[str]:
        return objectives(self.base.entry.recipe)

    def _setting(self, name: str) -> Field:
        recipe = self.base.entry.recipe
        return field_of(self.base.setting(name), recipe.space, self.text(name))

    def _usual(self, name: str) -> str:
        recipe = self.base.entry.recipe
        if name in recipe.space:
            if name in recipe.searched and not self.base.changed(name):
                return recipe.searched[name]
            return self.base.text(name)
        if name == EPOCHS:
            return self.base.text("epochs") if "epochs" in recipe.space else USUAL[EPOCHS]
        if name == TRIALS:
            return ALL if self.text(METHOD) == "grid" else USUAL[TRIALS]
        if name == OBJECTIVE:
            said = self.text("monitor") if "monitor" in recipe.space else recipe.monitor
            return said if said in self._objectives() else recipe.monitor
        if name == NAME:
            return self.base.text("name")
        return USUAL[name]

    def _number(self, name: str) -> Any:
        return NUMBERS[name].parse(self.text(name).strip())

    def _own_error(self, name: str) -> str:
        """Say what is wrong with a field, whatever the others say."""
        try:
            self._check(name)
        except Problem as problem:
            return str(problem).removeprefix(f"{name}: ")
        return ""

    def _check(self, name: str) -> None:
        said = self.text(name).strip()
        if name in self.base.entry.recipe.space:
            parse(self.base.entry.recipe.space, name, said)
        elif name in NUMBERS and not (name == TRIALS and said == self._usual(name)):
            self._number(name)
        elif name == NAME and said:
            check_name(said)


def _without(changes: Mapping[str, Value], names: Mapping[str, str]) -> dict[str, Value]:
    return {name: value for name, value in changes.items() if name not in names}

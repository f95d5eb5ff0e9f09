"""What a line of the search form says of a hyperparameter: one value, or several to be tried.

Pure functions of a recipe's space and a text in the language of :mod:`engine.dimensions`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.dimensions import Dimension, condition, describe, parse, text
from engine.errors import Problem
from engine.recipe import Recipe
from engine.space import Bool, Choice, Hyperparameter, Ints, Space
from tui.form.fields import VARIED, Field

_SIGNS = ("..", "|", "/")


def dimension(space: Space, name: str, said: str) -> Dimension | None:
    """Return what a text varies; None where it names one value, or cannot be read."""
    try:
        read = parse(space, name, said)
    except Problem:
        return None
    return read if isinstance(read, Dimension) else None


def names_several(space: Space, name: str, said: str) -> bool:
    """Say whether a text means several values; one that cannot be read, by how it looks."""
    try:
        return isinstance(parse(space, name, said), Dimension)
    except Problem:
        is_list = "," in said and not isinstance(space[name], Ints)
        return is_list or any(sign in said for sign in _SIGNS)


def field_of(plain: Field, space: Space, said: str) -> Field:
    """Return the line of a hyperparameter as what it says has it.

    Args:
        plain: Its line where one value is to be set.
        space: The recipe's hyperparameters.
        said: What the line says.
    """
    known = space[plain.name]
    if not names_several(space, plain.name, said):
        limits = condition(Dimension(name=plain.name, only=_listed(known)))
        hint = "  ".join(each for each in (plain.hint, limits) if each)
        return replace(plain, hint=hint, expects=_expects(known))
    read = dimension(space, plain.name, said)
    hint = "" if read is None else describe(read)
    return replace(plain, kind=VARIED, options=(), hint=hint, expects=_expects(known))


def all_of(recipe: Recipe, name: str) -> str:
    """Return the text that varies a hyperparameter as the recipe does, else all that it allows.

    Raises:
        Problem: It cannot be varied.
    """
    said = recipe.searched.get(name, "")
    if said:
        return said
    whole = parse(recipe.space, name, "")
    if not isinstance(whole, Dimension):
        raise Problem(f"There is only one {recipe.space.label(name)} to choose.")
    said = text(whole)
    # The scale is left out where it is the hyperparameter's own.
    short = said.removesuffix(":log").removesuffix(":linear")
    return short if dimension(recipe.space, name, short) == whole else said


def _listed(known: Hyperparameter[Any]) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in known.only.items()}


def _expects(known: Hyperparameter[Any]) -> str:
    """Say what the line takes: a value, or what is to be tried."""
    if isinstance(known, Ints):
        return "a list of layers, several with | between, or 1..3x32..512 for one to three layers"
    if isinstance(known, Choice | Bool):
        return f"{known.expects()}, or several with commas"
    return "a value, several with commas, a range as LOW..HIGH, or LOW..HIGH/5 for five of it"

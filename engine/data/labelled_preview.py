"""What is in examples with a class each, for a person who is about to train on them.

Every row is counted and compared, as it will be dealt out to train, validation and test; only a few
examples of each class are shown. Nothing is left to chance: the same data is shown the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.data.examples import Examples, check_training_rows, listed
from engine.errors import Problem

PARTS = ("train", "val", "test")

_CALLED = {"train": "train", "val": "validation", "test": "test"}
_EXAMPLES, _EXAMPLES_OF_CLASS = 30, 3
_TEXT_SHOWN = 400  # characters
_NAMED = 3  # pairs of equal examples
_UNREADABLE = 1_000  # names
_UNEQUAL = 10
"""How many times as frequent as the rarest class the most frequent one may be without a word."""
_FEW = 10
"""Training rows of a class from which little can be learned."""


def preview_labelled(
    examples: Examples, deal: Callable[[], Mapping[str, np.ndarray]], form: str
) -> dict[str, Any]:
    """Look at examples.

    Args:
        examples: As they were read.
        deal: Deals their rows out as training does: positions by ``train``, ``val`` and ``test``.
        form: ``pictures`` or ``texts``.

    Returns:
        ``form``, ``origin`` (in words), ``rows``, ``classes`` (``name``, ``rows``, and of them
        ``train``, ``val`` and ``test``), ``validates_on_test`` (these two are the same rows),
        ``facts`` (pairs of a name and a text), ``duplicates`` (``parts``, ``rows``, ``names`` of a
        few equal pairs, ``text``, a sentence), ``examples`` (``name``, ``class``, and ``picture``
        or ``text``), ``unreadable`` (names), ``unreadable_left`` (how many more), ``warnings`` and
        ``notes`` (sentences), and ``problem`` with its ``remedy``: what keeps them from being
        learned from, if something does.
    """
    problem, parts = None, dict[str, np.ndarray]()
    try:
        parts = dict(deal())
        check_training_rows(examples, parts["train"])
    except Problem as found:
        problem = found
    twice = "val" in parts and np.array_equal(parts["val"], parts["test"])
    counts = _counts(examples, parts)
    return {
        "form": form,
        "origin": examples.origin,
        "rows": len(examples),
        "classes": counts,
        "validates_on_test": twice,
        "facts": [list(fact) for fact in examples.facts()],
        "duplicates": _duplicates(examples, parts, twice),
        "examples": _examples(examples),
        "unreadable": examples.unreadable[:_UNREADABLE],
        "unreadable_left": max(0, len(examples.unreadable) - _UNREADABLE),
        "warnings": _warnings(counts, parts),
        "notes": list(examples.notes),
        "problem": problem.what if problem else "",
        "remedy": problem.remedy if problem else "",
    }


def _counts(examples: Examples, parts: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    def count(labels: np.ndarray) -> list[int]:
        return [int(each) for each in np.bincount(labels, minlength=len(examples.classes))]

    columns = {"rows": count(examples.labels)}
    columns |= {part: count(examples.labels[parts[part]]) for part in PARTS if part in parts}
    return [
        {"name": name, **{column: counted[i] for column, counted in columns.items()}}
        for i, name in enumerate(examples.classes)
    ]


def _examples(examples: Examples) -> list[dict[str, str]]:
    """Return a few rows of each class, from its beginning, its middle and its end."""
    present = np.unique(examples.labels)
    of_class = min(_EXAMPLES_OF_CLASS, max(1, _EXAMPLES // max(1, len(present))))
    shown = []
    for label in present[:_EXAMPLES]:
        rows = np.flatnonzero(examples.labels == label)
        for place in np.unique(np.linspace(0, len(rows) - 1, of_class).round().astype(np.int64)):
            row = int(rows[place])
            drawn = examples.show(row)
            if "text" in drawn and len(drawn["text"]) > _TEXT_SHOWN:
                drawn = {**drawn, "text": drawn["text"][: _TEXT_SHOWN - 1] + "…"}
            shown.append({"name": examples.name_of(row), "class": examples.classes[label], **drawn})
    return shown


# -- what is there twice ---------------------------------------------------------------------------


def _duplicates(
    examples: Examples, parts: Mapping[str, np.ndarray], twice: bool
) -> list[dict[str, Any]]:
    """Find examples that are equal, within parts and across them."""
    prints = examples.fingerprints()
    # Within the others it does no harm.
    part = "train" if "train" in parts else ""
    within = np.sort(parts.get(part, np.arange(len(examples))))
    found = [_within(examples, prints, part, within)]
    for part, other in (("val", "train"), ("test", "train"), ("test", "val")):
        if part in parts and other in parts and not (twice and "val" in (part, other)):
            found.append(_across(examples, prints, (part, parts[part]), (other, parts[other])))
    found.append(_contradictions(examples, prints))
    return [each for each in found if each["rows"]]


def _within(examples: Examples, prints: np.ndarray, part: str, rows: np.ndarray) -> dict[str, Any]:
    """Find the rows of a part that are equal to one before them."""
    firsts, first_place, which = np.unique(prints[rows], return_index=True, return_inverse=True)
    again = np.flatnonzero(first_place[which] != np.arange(len(rows)))
    pairs = [(rows[place], rows[first_place[which[place]]]) for place in again[:_NAMED]]
    where = f"{_CALLED[part]} row" if part else "row"
    return _duplicate(
        examples,
        [part] if part else [],
        len(rows) - len(firsts),
        pairs,
        (f"{where} is equal to an earlier one", f"{where}s are equal to an earlier one"),
    )


def _across(
    examples: Examples,
    prints: np.ndarray,
    part: tuple[str, np.ndarray],
    other: tuple[str, np.ndarray],
) -> dict[str, Any]:
    """Find the rows of a part that are in another one as well."""
    (name, rows), (other_name, others) = part, other
    known, first = np.unique(prints[others], return_index=True)
    place = np.searchsorted(known, prints[rows]).clip(max=max(0, len(known) - 1))
    shared = np.flatnonzero(known[place] == prints[rows]) if len(known) else np.empty(0, np.int64)
    pairs = [(rows[each], others[first[place[each]]]) for each in shared[:_NAMED]]
    where, also = _CALLED[name], f"in {_CALLED[other_name]} as well"
    return _duplicate(
        examples,
        [name, other_name],
        len(shared),
        pairs,
        (f"of the {where} rows is {also}", f"of the {where} rows are {also}"),
    )


def _contradictions(examples: Examples, prints: np.ndarray) -> dict[str, Any]:
    """Find equal rows that are of different classes."""
    order = np.lexsort((examples.labels, prints))
    same = prints[order][1:] == prints[order][:-1]
    differs = same & (examples.labels[order][1:] != examples.labels[order][:-1])
    places = np.flatnonzero(differs)
    pairs = [(order[place], order[place + 1]) for place in places[:_NAMED]]
    inputs = len(np.unique(prints[order][1:][places]))
    return _duplicate(
        examples,
        [],
        inputs,
        pairs,
        ("input is there with different classes", "inputs are there with different classes"),
    )


def _duplicate(
    examples: Examples,
    parts: list[str],
    count: int,
    pairs: list[tuple[Any, Any]],
    said: tuple[str, str],
) -> dict[str, Any]:
    names = [[examples.name_of(int(row)) for row in pair] for pair in pairs]
    such = listed((" = ".join(pair) for pair in names), _NAMED)
    return {
        "parts": parts,
        "rows": int(count),
        "names": names,
        "text": f"{count:,} {said[count != 1]}" + (f", such as {such}." if such else "."),
    }


# -- what a person should see ----------------------------------------------------------------------


def _warnings(counts: list[dict[str, Any]], parts: Mapping[str, np.ndarray]) -> list[str]:
    warnings = []
    there = [each for each in counts if each["rows"]]
    most = max(there, key=lambda each: each["rows"], default=None)
    least = min(there, key=lambda each: each["rows"], default=None)
    if most and least and most["rows"] >= _UNEQUAL * least["rows"]:
        share = most["rows"] / sum(each["rows"] for each in there)
        warnings.append(
            f"The classes are very unequal: {most['name']} has {most['rows']:,} rows, "
            f"{least['name']} {least['rows']:,}. Whoever always says {most['name']} is right in "
            f"{100 * share:.0f} %; look at each class's recall and F1, and consider class weights."
        )
    few = {each["name"]: each["train"] for each in counts if 0 < each.get("train", 0) < _FEW}
    if few:
        named = listed(f"{name} ({count})" for name, count in few.items())
        warnings.append(f"Very few training rows to learn a class from: {named}.")
    for part in ("val", "test"):
        without = [each["name"] for each in counts if part in parts and not each[part]]
        if without and parts:
            warnings.append(
                f"No {_CALLED[part]} row is of the class {listed(without)}: "
                "nothing can be measured there."
            )
    return warnings

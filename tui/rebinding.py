"""Other keys than the table has: what a person may write for one, and what gets in its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.keys import KEY_TO_UNICODE_NAME, Keys, _character_to_key

from engine.errors import Problem
from tui import keys
from tui.keys import Key

_WORDS = {
    *(key.value for key in Keys if not key.value.startswith("<")),
    *KEY_TO_UNICODE_NAME,
    *keys.NAMES,
    *("space", "slash", "backslash", "at", "minus", "plus", "underscore", "comma", "colon"),
    *("semicolon", "asterisk", "ampersand", "apostrophe", "tilde"),
}
_CALLED = {name: textual for textual, name in keys.NAMES.items()}
_TYPED_INTO = {place for place, heading in keys.PLACES.items() if "while typing" in heading}
_ALONE = {"look", "question", "help"} | _TYPED_INTO
"""Places that nothing lies beneath: a key of theirs is in the way of none elsewhere."""


def rebound(binding: str, value: object) -> str:
    """Return other keys for a binding, as :attr:`tui.keys.Key.keys` has them.

    Args:
        binding: Place and id, as ``run.pause``.
        value: A text with commas between the keys, or a list of texts; each is a character,
            Textual's name of a key, or what a person calls it.

    Raises:
        Problem: There is no such binding, it cannot have other keys, or there is no such key.
    """
    key = keys.find(binding)
    if not key.action or key.priority:
        raise Problem(f"{binding} keeps its keys: {keys.shown(key.keys, all_of_them=True)}.")
    texts = value
    if isinstance(value, str):
        texts = [value] if value.strip() == "," else value.split(",")
    if not (isinstance(texts, list) and texts and all(isinstance(each, str) for each in texts)):
        raise Problem(f'{binding}: expected keys, as "p,space". Received: {value!r}.')
    return ",".join(dict.fromkeys(named(text) for text in texts))


def named(text: str) -> str:
    """Return Textual's name of a key that a person has written down.

    Args:
        text: As ``?``, ``esc``, ``page up``, ``ctrl+x`` or ``question_mark``.

    Raises:
        Problem: There is no such key.
    """
    text = text.strip() or text[:1]
    if text == " ":
        return "space"
    if text.lower() in _CALLED:
        return _CALLED[text.lower()]
    if len(text) == 1 and text.isprintable():
        return _character_to_key(text)
    *modifiers, last = text.split("+")
    name = "+".join([*modifiers, last]).lower()
    if name not in _WORDS:
        raise Problem(f"There is no key {text!r}.", 'Examples: "p", "?", "space", "ctrl+x", "up".')
    return name


def in_the_way(key: Key, name: str, others: Mapping[str, str]) -> Key | None:
    """Return the binding that already has a key where another is wanted for it, if one has.

    Args:
        key: For which the key is wanted.
        name: Textual's name of it.
        others: What a person has bound otherwise, by :attr:`tui.keys.Key.binding`.
    """
    for other in keys.KEYS:
        if (
            other is not key
            and other.action != key.action
            and name in other.pressed(others).split(",")
            and _meet(key.where, other.where)
            # A widget may take over what its screen does, where the table says so itself.
            and not (name in key.keys.split(",") and name in other.keys.split(","))
        ):
            return other
    return None


def conflicts(others: Mapping[str, str]) -> Iterator[str]:
    """Return a sentence on each key that a person has given two meanings in one place.

    Args:
        others: What the person has bound otherwise, by :attr:`tui.keys.Key.binding`.
    """
    told = set()
    for binding, names in others.items():
        key = keys.find(binding)
        for name in names.split(","):
            other = in_the_way(key, name, others)
            if other is not None and frozenset((key, other)) not in told:
                told.add(frozenset((key, other)))
                yield f"{keys.shown(name)} is both {binding} and {other.binding}."


def _meet(one: str, other: str) -> bool:
    """Say whether the keys of two places hold at the same time."""
    if one == other:
        return True
    if one in _ALONE or other in _ALONE:
        return False
    if "everywhere" in (one, other):
        return True
    (screens, focus), (others, other_focus) = (_where(keys.PLACES[place]) for place in (one, other))
    return bool(screens & others) and not (focus and other_focus)


def _where(heading: str) -> tuple[set[str], str]:
    """Return the screens on which a heading's keys hold, and what has the focus there.

    A heading begins with the names of screens; behind the last comma stands what has the focus.
    """
    whole = {each for each in keys.PLACES.values() if "," not in each}
    parts = heading.split(", ")
    return set(parts) & whole, ", ".join(part for part in parts if part not in whole)

"""Writing TOML, which Python reads (``tomllib``) but does not write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def dumps(table: Mapping[str, Any], names: tuple[str, ...] = ()) -> str:
    """Return a table as TOML: values first, then the tables within.

    Args:
        table: Of what TOML knows, as ``tomllib`` returns it.
        names: Where the table stands, from the outside to the inside.
    """
    values = {name: value for name, value in table.items() if not isinstance(value, Mapping)}
    lines = [f"{_name(name)} = {_value(value)}\n" for name, value in values.items()]
    if names and (lines or not table):
        lines.insert(0, f"\n[{'.'.join(map(_name, names))}]\n")
    inner = [dumps(table[name], (*names, name)) for name in table if name not in values]
    return "".join([*lines, *inner])


def _name(name: str) -> str:
    is_bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if is_bare else _value(name)


def _value(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_name(name)} = {_value(value[name])}" for name in value) + "}"
    return str(value)  # numbers and dates look in TOML as they do in Python

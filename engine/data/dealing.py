"""Examples dealt out to train, validation and test: as they were given, or at random."""

from __future__ import annotations

import numpy as np

from engine.data.examples import Examples
from engine.data.splits import Rows, set_apart, split_classes

_VALIDATION_SHARE = 1 / 12
"""Of training rows where only a test part is given: of the 60,000 digits 5,000, as in the book."""


def deal(examples: Examples, seed: int, *, on_test: bool = False) -> dict[str, Rows]:
    """Return the positions of the rows of ``train``, ``val`` and ``test``.

    Args:
        examples: What is dealt out.
        seed: Decides who gets what nobody has given.
        on_test: Whether the test rows are validated on as well; the two parts are one array then.

    Raises:
        Problem: There are too few for as many parts.
    """
    if not examples.given:
        split = split_classes(examples.labels, seed)
        if on_test:
            both = np.concatenate([split.val, split.test])
            return {"train": split.train, "val": both, "test": both}
        return {"train": split.train, "val": split.val, "test": split.test}
    train, test = examples.given["train"], examples.given["test"]
    if on_test:
        given = examples.given.get("val")
        train = train if given is None else np.concatenate([train, given])
        return {"train": train, "val": test, "test": test}
    if "val" in examples.given:
        return {"train": train, "val": examples.given["val"], "test": test}
    shuffled = None if examples.is_shuffled else seed
    train, val = set_apart(train, _VALIDATION_SHARE, shuffled)
    return {"train": train, "val": val, "test": test}

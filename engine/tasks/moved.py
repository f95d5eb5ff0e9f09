"""Which words of a text moved a classifier, found by taking each of them away.

References:
    J. Li, W. Monroe, D. Jurafsky (2016), Understanding Neural Networks through Representation
    Erasure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

MOST_TRIED = 48
"""Different words of a text that are tried: enough for a sample, quick enough beside a training."""


def moved_by(
    say: Callable[[np.ndarray], np.ndarray],
    texts: np.ndarray,
    classes: Sequence[int],
    first_word: int,
    unknown: int,
    most: int = 4,
    tried: int = MOST_TRIED,
) -> list[list[tuple[int, float]]]:
    """Return for each text the words that count most.

    Args:
        say: Returns probabilities ``(rows, classes)`` for texts ``(rows, positions)``.
        texts: ``int (texts, positions)``, word numbers.
        classes: The class of each text that is asked about.
        first_word: Numbers below this are no words.
        unknown: What stands for a word that is taken away.
        most: How many words of each text.
        tried: How many different words of a text are taken away at most.

    Returns:
        For each text word numbers with what they add to the logarithm of the odds of its class, the
        strongest first.
    """
    variants, counts = [], []
    for text in texts:
        # The last ones first: they are what is left of a text that was cut.
        words = list(dict.fromkeys(int(word) for word in text[::-1] if word >= first_word))
        words = words[:tried]
        counts.append(words)
        variants.append(text)
        variants += [np.where(text == word, unknown, text) for word in words]
    if not variants:
        return []
    said = np.clip(say(np.stack(variants)).astype(np.float64), 1e-7, 1 - 1e-7)
    odds = np.log(said) - np.log1p(-said)
    found, place = [], 0
    for words, label in zip(counts, classes, strict=True):
        own = odds[place : place + 1 + len(words), label]
        place += 1 + len(words)
        shares = own[0] - own[1:]
        strongest = np.argsort(-np.abs(shares), kind="stable")[:most]
        found.append([(words[each], float(shares[each])) for each in strongest])
    return found

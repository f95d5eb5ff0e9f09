"""Networks that take a text as a row of word numbers.

References:
    A. Joulin, E. Grave, P. Bojanowski, T. Mikolov (2016), Bag of Tricks for Efficient Text
    Classification (the mean of embedded words and word pairs).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from engine.models.dense import add_hidden, add_probabilities


def embedding_classifier(
    *, input_shape: tuple[int, ...], outputs: int, settings: Mapping[str, Any]
) -> keras.Model:
    """Build a network that embeds each word and reads what comes of it with dense layers.

    Args:
        input_shape: ``(positions,)``; each holds a word's number, 0 where the text is shorter.
        outputs: Classes; 1 stands for two of them, and is the probability of the second.
        settings: ``words`` (numbers known), ``bigrams`` (numbers of word pairs that follow them, if
            ``ngrams`` is 2), ``embedding`` (numbers for each word), ``pool`` (``flatten`` keeps the
            order and the place of each word, ``average`` and ``max`` lose it),
            ``embedding_dropout``, and those of :func:`engine.hyperparameters.hidden_layers`.

    Returns:
        An uncompiled model from ``(batch_size, positions)`` to probabilities
        ``(batch_size, outputs)``.
    """
    numbers = settings["words"] + (settings["bigrams"] if settings["ngrams"] == 2 else 0)
    model = keras.Sequential(
        [
            keras.Input(input_shape, dtype="int32"),
            keras.layers.Embedding(
                numbers,
                settings["embedding"],
                mask_zero=settings["pool"] == "average",  # the mean is over the words there are
                name="embedding",
            ),
        ],
        name="embedding_classifier",
    )
    match settings["pool"]:
        case "flatten":
            model.add(keras.layers.Flatten(name="flatten"))
        case "average":
            model.add(keras.layers.GlobalAveragePooling1D(name="average"))
        case "max":
            model.add(keras.layers.GlobalMaxPooling1D(name="max"))
    if settings["embedding_dropout"]:
        model.add(keras.layers.Dropout(settings["embedding_dropout"], name="embedding_dropout"))
    add_hidden(model, settings)
    add_probabilities(model, outputs, settings)
    return model

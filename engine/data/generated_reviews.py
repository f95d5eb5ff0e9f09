"""Short reviews put together by a program, for trying things out without a network.

What it promises: the same reviews on every machine, as many pleased as displeased ones, each of a
film, a meal, a stay or a purchase. What is thought of it is said in many ways: outright, by denying
the opposite ("not bad at all"), beside a word for the other side, which a "but" takes back; and a
few say the opposite of what they mean. So a network learns something and is never perfect.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

REVIEWS = 10_000
_SEED = 113

_IRONIC = 0.04
"""Share of reviews whose words say the opposite of what their class is."""

_THINGS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "film": {
        "whole": ("the film", "this movie", "the whole story", "the second half", "the sequel"),
        "part": ("the acting", "the plot", "the ending", "the music", "the dialogue", "the camera"),
        "good": ("moving", "gripping", "funny", "clever", "touching", "beautifully shot"),
        "bad": ("dull", "predictable", "shallow", "endless", "badly cut", "wooden"),
        "when": ("I saw it last night", "we watched it at home", "I went with my sister"),
        "neutral": ("it runs for two hours", "it is set in the thirties", "there are few actors"),
    },
    "meal": {
        "whole": ("the food", "our dinner", "the tasting menu", "lunch here", "the place"),
        "part": ("the soup", "the service", "the fish", "the bread", "the wine", "the dessert"),
        "good": ("delicious", "fresh", "tasty", "well seasoned", "generous", "crisp"),
        "bad": ("bland", "cold", "greasy", "overcooked", "stale", "far too salty"),
        "when": ("we came on a Friday", "I booked a table for four", "we sat by the window"),
        "neutral": ("the menu changes every month", "it is near the station", "they take cards"),
    },
    "stay": {
        "whole": ("the hotel", "our stay", "the room", "this guest house", "the apartment"),
        "part": ("the bed", "breakfast", "the staff", "the view", "the bathroom", "the lobby"),
        "good": ("spotless", "quiet", "comfortable", "welcoming", "charming", "bright"),
        "bad": ("dirty", "noisy", "cramped", "shabby", "damp", "unfriendly"),
        "when": ("we spent three nights there", "I was there on business", "we came in May"),
        "neutral": ("it has four floors", "the bus stops outside", "there is a lift"),
    },
    "purchase": {
        "whole": ("the phone", "this kettle", "the jacket", "the headset", "the lamp"),
        "part": ("the battery", "the finish", "the handle", "delivery", "the manual", "the colour"),
        "good": ("sturdy", "reliable", "handy", "well made", "light", "quick"),
        "bad": ("flimsy", "useless", "broken", "clumsy", "scratched", "slow"),
        "when": ("I bought it in March", "it was a present", "I have had it for a month"),
        "neutral": ("it comes in blue", "it weighs a pound", "the box is made of card"),
    },
}

_GOOD = (
    "great",
    "wonderful",
    "excellent",
    "lovely",
    "brilliant",
    "superb",
    "a pleasure",
    "perfect",
)
_BAD = (
    "awful",
    "terrible",
    "poor",
    "dreadful",
    "disappointing",
    "a mess",
    "annoying",
    "a let-down",
)
_VERY = ("", "", "really ", "quite ", "simply ", "truly ", "rather ")

_OUTRIGHT = (
    "{whole} was {very}{own}",
    "{part} was {very}{own}",
    "{part} was {own} and {whole} {very}{own2}",
    "I found {whole} {very}{own}",
    "everybody said that {part} was {own}",
    "there is a word for {whole}: {own}",
)
_DENIED = (
    "{whole} was not {other} at all",
    "nothing about {part} was {other}",
    "I can't say that {whole} was {other}",
    "{part} wasn't {other}, it was {own}",
    "never {other}, {part} was a surprise",
)
_TAKEN_BACK = (
    "{part} was {other}, but {whole} was {very}{own}",
    "although {part} seemed {other} at first, {whole} turned out {own}",
    "my friend called {part} {other}; I thought it was {own}",
)
_LAST = {
    1: ("I'd come back.", "Would recommend it!", "Five stars.", "Thank you!", "Worth every cent."),
    0: ("Never again.", "Avoid it!", "One star.", "I want my money back.", "Not worth a cent."),
}
_CLAIMS = ((_OUTRIGHT, 0.7), (_DENIED, 0.15), (_TAKEN_BACK, 0.15))


def generate(reviews: int = REVIEWS, seed: int = _SEED) -> Iterator[tuple[str, int]]:
    """Yield reviews and whether each is pleased (1) or not (0), in turn.

    Args:
        reviews: How many.
        seed: Decides which.
    """
    chance = random.Random(seed)
    for number in range(reviews):
        pleased = number % 2
        said = 1 - pleased if chance.random() < _IRONIC else pleased
        yield _review(chance, said), pleased


def _review(chance: random.Random, pleased: int) -> str:
    words = chance.choice(list(_THINGS.values()))
    sentences = [_claim(chance, words, pleased) for _ in range(chance.choice((1, 1, 2, 3)))]
    sentences += [chance.choice(words["neutral"]) for _ in range(chance.choice((0, 1, 1)))]
    chance.shuffle(sentences)
    if chance.random() < 0.5:
        sentences.insert(0, chance.choice(words["when"]))
    text = " ".join(f"{each[0].upper()}{each[1:]}{chance.choice('...!')}" for each in sentences)
    return f"{text} {chance.choice(_LAST[pleased])}" if chance.random() < 0.25 else text


def _claim(chance: random.Random, words: Mapping[str, Sequence[str]], pleased: int) -> str:
    good, bad = (*words["good"], *_GOOD), (*words["bad"], *_BAD)
    own, other = (good, bad) if pleased else (bad, good)
    (forms,) = chance.choices([forms for forms, _ in _CLAIMS], [share for _, share in _CLAIMS])
    return chance.choice(forms).format(
        whole=chance.choice(words["whole"]),
        part=chance.choice(words["part"]),
        own=chance.choice(own),
        own2=chance.choice(own),
        other=chance.choice(other),
        very=chance.choice(_VERY),
    )

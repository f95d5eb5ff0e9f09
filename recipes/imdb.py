"""Film reviews: did it please? Two classes from the words of a text."""

from engine.hyperparameters import classes, hidden_layers, training
from engine.recipe import Preset, Published, Recipe, RemoteFile, Source
from engine.space import Choice, Float, Int, Space

_LAB = "Keras sentiment lab"
_HOST = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"

RECIPE = Recipe(
    name="imdb",
    title="film reviews, pleased or not",
    family="text",
    form="texts",
    task="engine.tasks.classification:Classification",
    network="engine.models.text:embedding_classifier",
    story=(
        "50,000 film reviews, half of them pleased, half not; half to learn from, half to be "
        "tested on. Each of the most frequent words gets a row of numbers of its own, learned with "
        "the rest: words that do the same come to lie together. Beside it stands what is much "
        "simpler and hard to beat here, logistic regression on weighted word counts (TF-IDF)."
    ),
    origin=_LAB,
    official=Source(
        loader="engine.data.imdb:official",
        summary="IMDB: 25,000 training and 25,000 test reviews",
        files=(
            RemoteFile(
                name="imdb.npz",
                url=f"{_HOST}/imdb.npz",
                sha256="69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
                size=17_464_789,
                # The same reviews, numbered by the same index, in an archive that was packed anew.
                equals=("6814c0beea01878740d178d45caaf84fa878f5f452bd5f6bb6b5e3add8655f32",),
            ),
            RemoteFile(
                name="imdb_word_index.json",
                url=f"{_HOST}/imdb_word_index.json",
                sha256="027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
                size=1_641_221,
            ),
        ),
    ),
    sample=Source(
        loader="engine.data.imdb:sample",
        summary="short reviews made up by a program",
        synthetic=True,
    ),
    own=Source(
        loader="engine.data.imdb:own",
        summary="a folder with a folder of texts for each class, or a CSV or Parquet file with "
        "columns for text and label",
    ),
    space=Space(
        {
            "embedding": Int(
                default=32,
                low=1,
                high=1024,
                log=True,
                short="emb",
                help="Numbers learned for each word.",
            ),
            "pool": Choice(
                default="flatten",
                options=("flatten", "average", "max"),
                short="",
                help="How a text's words become one row of numbers. flatten keeps the place of "
                "each word; average and max only say what was there, and need far fewer weights.",
            ),
            "embedding_dropout": Float(
                default=0.0,
                low=0.0,
                high=0.9,
                short="embdrop",
                help="Share of the pooled numbers silenced at random in each step.",
            ),
            **hidden_layers(units=(16, 16)),
            "words": Int(
                default=10_000,
                low=5,
                high=1_000_000,
                log=True,
                group="data",
                help="Words that are known, the most frequent ones; all others are one unknown "
                "word. The first four numbers stand for padding, start and unknown.",
            ),
            "length": Int(
                default=500,
                low=1,
                high=100_000,
                log=True,
                short="len",
                group="data",
                help="Words of a text that are read, the last ones; shorter texts are filled up "
                "in front.",
            ),
            "ngrams": Int(
                default=1,
                low=1,
                high=2,
                group="data",
                help="2 reads each pair of neighbours as a word of its own as well (not good).",
            ),
            "bigrams": Int(
                default=100_000,
                low=1,
                high=1_000_000,
                log=True,
                group="data",
                help="Pairs that are known, the most frequent ones, where ngrams is 2.",
            ),
            **training(
                monitors=("val_loss", "val_accuracy"),
                batch_size=128,
                epochs=5,
            ),
            **classes(),
        }
    ),
    presets={
        "embedding": Preset(
            summary="a learned embedding, read by dense layers; validated on the test set",
            values={"validation": "test"},
            expect="Best after two or three epochs, then val loss rises while train loss goes to "
            "nothing: the network has one weight for every word at every place.",
            published=(
                Published(metric="accuracy", split="test", value=0.85, upper=0.90, source=_LAB),
            ),
        ),
        "tuned": Preset(
            summary="the mean of embedded words and word pairs; found on validation",
            values={
                "pool": "average",
                "ngrams": 2,
                "words": 30_000,
                "bigrams": 200_000,
                "length": 1000,
                "embedding": 16,
                "embedding_dropout": 0.5,
                "units": (16,),
                "label_smoothing": 0.05,
                "learning_rate": 2e-3,
                "epochs": 15,
                "patience": 3,
            },
            expect="Best after four or five epochs, above 0.9. Pairs such as 'not good' are what "
            "the other preset cannot see; the order of words beyond that hardly matters here.",
        ),
    },
    searched={
        "learning_rate": "1e-4..1e-2",
        "embedding": "8,16,32,64",
        "pool": "average,max",
        "embedding_dropout": "0..0.6",
        "units": "1..2x8..64:log",
        "dropout": "0..0.6",
    },
)

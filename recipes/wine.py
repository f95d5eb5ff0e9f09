"""White wine: a real number from ten measurements, the first network of the book."""

from collections.abc import Mapping

from engine.hyperparameters import hidden_layers, training
from engine.recipe import Preset, Published, Recipe, RemoteFile, Source
from engine.space import Choice, Int, Space, Value

_BOOK = "Bernico, Deep Learning Quick Reference, ch. 2"
_DEEP: Mapping[str, Value] = {"units": (32, 32, 32, 32, 16), "epochs": 500}

RECIPE = Recipe(
    name="wine",
    title="the alcohol in white wine",
    family="prediction",
    task="engine.tasks.regression:Regression",
    network="engine.models.dense:regressor",
    story=(
        "4,898 Portuguese white wines, each with eleven physico-chemical measurements. From ten "
        "of them a dense network predicts the eleventh, the alcohol in percent by volume; the "
        "tasters' quality score is left out. Inputs and target are standardised with the training "
        "rows' mean and deviation, so an error of 0.2 means a fifth of the target's spread. A "
        "table like this is where a linear model and boosted trees are hard to beat: the report "
        "sets both beside the network."
    ),
    origin=_BOOK,
    target="alcohol",
    official=Source(
        loader="engine.data.wine:official",
        summary="UCI Wine Quality, white: 4,898 rows",
        files=(
            RemoteFile(
                name="winequality-white.csv",
                url=(
                    "https://archive.ics.uci.edu/ml/machine-learning-databases/"
                    "wine-quality/winequality-white.csv"
                ),
                sha256="76c3f809815c17c07212622f776311faeb31e87610d52c26d87d6e361b169836",
                size=264_426,
            ),
        ),
    ),
    sample=Source(
        loader="engine.data.wine:sample",
        summary="scikit-learn's diabetes table: 442 real patients, ten inputs",
    ),
    own=Source(
        loader="engine.data.wine:own",
        summary="a CSV or Parquet file with a header, and --target for the column to predict",
    ),
    space=Space(
        {
            **hidden_layers(),
            "inputs": Int(
                default=10,
                low=9,
                high=10,
                group="data",
                help="9 drops sulphates from the official data, as the book's slice did.",
            ),
            "loss": Choice(
                default="mae",
                options=("mae", "mse", "huber"),
                short="",
                group="training",
                help="What is made small: absolute errors, squared ones, or a mixture.",
            ),
            **training(monitors=("val_loss", "val_mae", "val_rmse"), batch_size=32, epochs=200),
        }
    ),
    presets={
        "mlp": Preset(
            summary="one hidden layer of 32 units",
            expect="Train and val loss fall together and stay together: some bias, no variance.",
            published=(
                Published(metric="mae", split="train", value=0.190, source=_BOOK),
                Published(metric="mae", split="val", value=0.213, source=_BOOK),
                Published(metric="mae", split="test", value=0.200, source=_BOOK),
            ),
        ),
        "deep": Preset(
            summary="five hidden layers, 500 epochs",
            values=_DEEP,
            expect="Train loss falls far below val loss: the network overfits, yet tests better.",
            published=(
                Published(metric="mae", split="train", value=0.075, source=_BOOK),
                Published(metric="mae", split="val", value=0.190, source=_BOOK),
                Published(metric="mae", split="test", value=0.190, source=_BOOK),
            ),
        ),
        "broken": Preset(
            summary="deep, with every kernel begun at one constant",
            values={**_DEEP, "initializer": "constant"},
            expect="Loss stays stuck far above deep: equal weights get equal gradients for ever, "
            "and each layer does the work of one unit (ch. 3).",
        ),
    },
    searched={
        "learning_rate": "1e-4..1e-2",
        "units": "1..5x16..128:log",
        "dropout": "0..0.3",
        "batch_size": "16,32,64,128",
    },
)

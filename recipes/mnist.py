"""Handwritten digits: ten classes from 784 grey levels, the first pictures one learns from."""

from engine.hyperparameters import classes, hidden_layers, training
from engine.recipe import Preset, Published, Recipe, RemoteFile, Source
from engine.space import Space

_BOOK = "Bernico, Deep Learning Quick Reference, ch. 5"
_TUTORIAL = "A first network for MNIST (tutorial)"

RECIPE = Recipe(
    name="mnist",
    title="handwritten digits",
    family="pictures",
    form="pictures",
    task="engine.tasks.classification:Classification",
    network="engine.models.dense:picture_classifier",
    story=(
        "70,000 handwritten digits, 28 by 28 grey pixels each: 60,000 to learn from, 10,000 to be "
        "tested on. A dense network sees a picture as one long row of pixels and says how probable "
        "each of the ten digits is. It learns its training rows nearly by heart within twenty "
        "epochs, so this is where dropout and L2 show what they do: watch train and val loss part. "
        "A forest on the same pixels is not far behind."
    ),
    origin=_BOOK,
    official=Source(
        loader="engine.data.mnist:official",
        summary="MNIST: 60,000 training and 10,000 test pictures",
        files=(
            RemoteFile(
                name="mnist.npz",
                url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
                sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
                size=11_490_434,
                # The same four arrays in an archive that was packed anew.
                equals=("88eaf78b3cf8a302b5c253212171853934f34bb083759fe893a3554a84c56f0a",),
            ),
        ),
    ),
    sample=Source(
        loader="engine.data.mnist:sample",
        summary="scikit-learn's digits: 1,797 real ones of 8 by 8 pixels, enlarged",
    ),
    own=Source(
        loader="engine.data.mnist:own",
        summary="a folder with a folder of pictures for each class",
    ),
    space=Space(
        {
            **hidden_layers(units=(512, 256, 128)),
            **training(
                monitors=("val_loss", "val_accuracy"),
                batch_size=30,
                epochs=50,
            ),
            **classes(),
        }
    ),
    presets={
        "plain": Preset(
            summary="three hidden layers, nothing against overfitting",
            expect="Train loss goes to nothing, val loss turns up after a few epochs: high "
            "variance. Test accuracy is good all the same.",
            published=(
                Published(metric="accuracy", split="test", value=0.9806, source=_BOOK),
                Published(metric="loss", split="test", value=0.097, source=_BOOK),
            ),
        ),
        "dropout": Preset(
            summary="half of the hidden units silenced in each step",
            values={"dropout": 0.5},
            expect="Val loss stays flat instead of rising, val accuracy is a little better than "
            "plain's.",
        ),
        "l2": Preset(
            summary="L2 of 0.01 on every hidden kernel, far too much",
            values={"l2": 0.01},
            expect="Train and val loss stay together, and high: high bias, the opposite mistake.",
        ),
        "wide": Preset(
            summary="two layers of 512, a little dropout, validated on the test set",
            values={
                "units": (512, 512),
                "dropout": 0.2,
                "batch_size": 32,
                "epochs": 15,
                "patience": 2,
                "validation": "test",
            },
            expect="Within eight epochs val accuracy reaches 0.98; patience ends it soon after. "
            "The text validates on the test set, which flatters.",
            published=(
                Published(
                    metric="accuracy", split="val", value=0.980, upper=0.981, source=_TUTORIAL
                ),
            ),
        ),
        "tuned": Preset(
            summary="two layers of 1024, dropout, a cosine, softened labels; found on validation",
            values={
                "units": (1024, 1024),
                "dropout": 0.4,
                "schedule": "cosine",
                "label_smoothing": 0.05,
                "batch_size": 128,
                "epochs": 30,
            },
            expect="Val accuracy goes on rising until the learning rate is nothing; clearly better "
            "than what the texts print.",
        ),
    },
    searched={
        "batch_size": "10,20,30,40,50",
        "optimizer": "rmsprop,adam,adadelta",
        "dropout": "0.1..0.5/5",
    },
)

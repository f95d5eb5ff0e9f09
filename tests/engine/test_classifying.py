"""Real workers that tell classes apart: pictures and texts, built-in and a person's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.catalog import Catalog
from engine.data.given import Given
from engine.process.launch import resume
from engine.process.questions import Predict, ask
from engine.run.commands import StopNow, send
from engine.run.predictions import read_predictions
from engine.run.report import read_report
from tests.weights import weights_of

MNIST = Catalog.load().find("mnist")
IMDB = Catalog.load().find("imdb")
SMALL = {"units": (16,), "epochs": 3}
SMALL_TEXTS = {**SMALL, "words": 500, "length": 40, "embedding": 8}


def answers(run, **given):
    question = Predict(run=str(run.folder.path), given=Given(**given))
    return list(ask(question, "tensorflow", device="cpu"))


def failed(run):
    view = run.end()
    assert view.verdict.state == "failed"
    assert view.ended.reason == "data", run.folder.console_log.read_text()
    return f"{view.ended.cause} {view.ended.remedy}"


def test_digits_go_from_pictures_to_a_report(start):
    run = start(MNIST, units=(64,), epochs=8)
    view = run.end()
    assert view.verdict.state == "done", run.folder.console_log.read_text()
    assert set(view.metric_names()) == {"loss", "accuracy"}
    assert sum(view.described.rows.values()) == 1797
    assert view.described.parameters == 784 * 64 + 64 + 64 * 10 + 10
    sample = view.samples[-1]
    assert sample.kind == "digits"
    assert len(sample.rows) == len(sample.pictures) >= 4
    assert all(len(each) == 256 for each in sample.pictures)
    report = read_report(run.folder)
    assert report.headline == "accuracy"
    assert not report.lower_is_better
    by_name = {score.name: score.parts["test"] for score in report.scores}
    assert set(by_name) == {"network", "majority", "logistic regression", "random forest"}
    assert by_name["network"]["accuracy"] > 0.9 > by_name["majority"]["accuracy"]
    assert by_name["network"]["auc"] > 0.98
    found = report.classification
    assert found.classes == list("0123456789")
    assert sum(map(sum, found.confusion)) == report.rows["test"]
    right = sum(row[place] for place, row in enumerate(found.confusion))
    assert right / report.rows["test"] == pytest.approx(by_name["network"]["accuracy"])
    assert len(found.curves) == 10
    assert all(mistake.actual != mistake.predicted for mistake in found.mistakes)
    classes, kept = read_predictions(run.folder, "test")
    assert classes == found.classes
    assert (kept.probabilities.argmax(1) == kept.labels).sum() == right
    for path in run.folder.path.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_reviews_go_from_texts_to_a_report_and_are_said_to_be_made_up(start):
    run = start(IMDB, **{**SMALL_TEXTS, "epochs": 12})
    view = run.end()
    assert view.verdict.state == "done", run.folder.console_log.read_text()
    assert view.described.synthetic
    sample = view.samples[-1]
    assert sample.kind == "reviews"
    assert sample.columns == ["actual", "predicted", "score", "text", "moved by"]
    assert all(row[4] for row in sample.rows)
    report = read_report(run.folder)
    assert report.synthetic
    assert report.validates_on_test  # the first preset does, as its text
    assert any("test set" in note for note in report.notes)
    assert report.rows["val"] == report.rows["test"]
    names = [score.name for score in report.scores]
    assert names == ["network", "majority", "TF-IDF, logistic regression"]
    assert report.scores[0].parts["test"]["accuracy"] > 0.6


def test_what_is_set_apart_is_not_validated_on(start):
    run = start(IMDB, **SMALL_TEXTS, validation="apart")
    run.end()
    report = read_report(run.folder)
    assert not report.validates_on_test
    (_, val), (_, test) = (read_predictions(run.folder, part) for part in ("val", "test"))
    assert not set(val.rows.tolist()) & set(test.rows.tolist())


def test_predictions_are_the_same_alone_together_and_after_a_resume(start, tmp_path):
    run = start(IMDB, **SMALL_TEXTS)
    run.end()
    texts = [f"a {word} film" for word in ("wonderful", "dull", "good", "boring", "fine")] * 9
    together = answers(run, texts=texts)
    alone = answers(run, texts=texts[1:2])
    assert alone[0]["probabilities"] == together[1]["probabilities"]
    assert sum(alone[0]["probabilities"].values()) == pytest.approx(1)
    lines = tmp_path / "many.txt"
    lines.write_text("\n".join(texts))
    said = answers(run, paths=[str(lines)], lines=True)
    assert [each["probabilities"] for each in said] == [each["probabilities"] for each in together]


def test_a_stopped_classifier_goes_on_exactly(start, tmp_path):
    run = start(MNIST, **{**SMALL, "epochs": 100_000}, dropout=0.3, class_weights="balanced")
    run.wait(lambda view: view.epochs)
    send(run.folder.commands, StopNow(generation=1))
    run.end()
    epochs = len(run.view.epochs) + 2
    longer = start(MNIST, **{**SMALL, "epochs": epochs}, dropout=0.3,
                   class_weights="balanced", name="longer")  # fmt: skip
    longer.end()
    resume(run.folder, epochs=epochs).wait(120)
    assert weights_of(run.folder.model) == weights_of(longer.folder.model)
    picture = tmp_path / "seven.png"
    digit = np.zeros((28, 28), np.uint8)
    digit[6, 8:20], digit[6:22, 18] = 255, 255
    Image.fromarray(digit).save(picture)
    said = [answers(each, paths=[str(picture)]) for each in (run, longer, run)]
    assert said[0] == said[1] == said[2]  # each in a fresh process


@pytest.mark.parametrize(
    "changes",
    [
        {"label_smoothing": 0.1, "class_weights": "balanced", "l1": 1e-5, "batch_norm": True},
        {"optimizer": "sgd", "momentum": 0.9, "clip_norm": 1.0, "weight_decay": 1e-4},
        {"precision": "mixed_bfloat16", "monitor": "val_accuracy", "patience": 1},
        {"optimizer": "rmsprop", "schedule": "cosine", "activation": "gelu"},
    ],
)
def test_what_can_be_set_can_be_trained(start, changes):
    run = start(MNIST, **SMALL, **changes)
    view = run.end()
    assert view.verdict.state == "done", run.folder.console_log.read_text()
    assert np.isfinite(view.epochs[-1].metrics["val_loss"])
    if "monitor" in changes:
        report = read_report(run.folder)
        assert report.monitor == "val_accuracy"
        assert report.best == max(each.metrics["val_accuracy"] for each in view.epochs)


def picture(path: Path, mode: str, size: tuple[int, int], bright: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    level = 220 if bright else 30
    noise = np.random.default_rng(size[0]).integers(-20, 20, (size[1], size[0]))
    Image.fromarray((level + noise).astype(np.uint8)).convert(mode).save(path)


@pytest.fixture
def pictures(tmp_path):
    """Make a folder as it comes off a phone: sizes and modes of all kinds, one file broken."""
    folder = tmp_path / "phone"
    modes = ["RGB", "RGBA", "L", "P"]
    for number in range(24):
        size = (40 + 7 * number, 90 - 2 * number)
        mode = modes[number % 4]
        picture(folder / "bright" / f"{number}.png", mode, size, bright=True)
        picture(folder / "dark" / f"{number}.png", mode, size, bright=False)
    (folder / "dark" / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture at all")
    return folder


def test_a_folder_of_phone_pictures_is_learned(start, pictures):
    run = start(MNIST, data=str(pictures), units=(16,), epochs=40, learning_rate=0.01)
    view = run.end()
    assert view.verdict.state == "done", run.folder.console_log.read_text()
    assert sum(view.described.rows.values()) == 48
    assert any("broken.jpg" in each.text for each in view.notices)
    report = read_report(run.folder)
    assert report.classification.classes == ["bright", "dark"]
    assert len(report.classification.curves) == 1
    assert report.scores[0].parts["test"]["accuracy"] == 1
    said = answers(run, paths=[str(pictures)])
    assert sum("problem" in each for each in said) == 1
    assert all(each["predicted"] == each["actual"] for each in said if "problem" not in each)


def test_a_class_without_a_readable_picture_is_refused(start, pictures):
    (pictures / "empty").mkdir()
    (pictures / "empty" / "x.png").write_bytes(b"not a picture")
    assert "'empty'" in failed(start(MNIST, data=str(pictures), **SMALL))


def test_one_class_alone_is_refused(start, pictures):
    text = failed(start(MNIST, data=str(pictures / "bright"), **SMALL))
    assert "class" in text


def test_texts_of_another_language_with_commas_and_line_breaks(start, tmp_path):
    table = tmp_path / "avis.csv"
    good = '"Un film magnifique, drôle\net touchant, que j\'ai adoré.",bien'
    bad = '"Quel ennui, vraiment :\nc\'était long, plat et ""raté"".",mauvais'
    table.write_text("avis,note\n" + "\n".join([good, bad] * 40) + "\n", encoding="utf-8")
    run = start(IMDB, data=str(table), target="note", **{**SMALL_TEXTS, "epochs": 10})
    view = run.end()
    assert view.verdict.state == "done", run.folder.console_log.read_text()
    report = read_report(run.folder)
    assert report.classification.classes == ["bien", "mauvais"]
    assert report.scores[0].parts["test"]["accuracy"] == 1
    assert "adoré" in run.folder.preprocessing.read_text(encoding="utf-8").encode().decode(
        "unicode_escape"
    ) or "adoré" in run.folder.preprocessing.read_text(encoding="utf-8")


SENTENCES = [
    "Absolutely delicious! Far and away the best sushi I have ever had.",
    "The poor service and bland food really turned me off.",
]
"""What the sentiment lab tries its network on: about food, and from no film review."""


@pytest.mark.data("imdb.npz")
def test_the_sentences_of_the_text_come_apart(shared_data, start):
    run = start(IMDB, data="official", preset="embedding")
    assert run.end(300).verdict.state == "done", run.folder.console_log.read_text()
    pleased, not_pleased = (
        each["probabilities"]["positive"] for each in answers(run, texts=SENTENCES)
    )
    assert pleased > 0.5 > not_pleased
    assert read_report(run.folder).scores[0].parts["test"]["accuracy"] > 0.85


@pytest.mark.data("mnist.npz")
def test_wide_has_the_parameters_of_its_text(shared_data, start):
    run = start(MNIST, data="official", preset="wide", epochs=1, batch_size=8192)
    view = run.wait(lambda view: view.described)
    assert view.described.parameters == 669_706
    assert view.described.rows == {"train": 60_000, "val": 10_000, "test": 10_000}
    run.process.kill()

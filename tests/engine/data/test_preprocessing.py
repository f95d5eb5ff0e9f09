"""What a network is fed: learned on training rows alone, and the same in every process."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

from engine.data.preprocessing import TablePreprocessing
from engine.errors import Problem

ROWS = 200
TRAIN = np.arange(0, 160)


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    made = pd.DataFrame(
        {
            "acid": rng.normal(7, 2, ROWS),
            "sugar": rng.exponential(5, ROWS),
            "bottles": rng.integers(0, 9, ROWS),
            "colour": rng.choice(["red", "white", "rosé"], ROWS, p=[0.6, 0.3, 0.1]),
            "y": rng.normal(100, 20, ROWS),
        }
    )
    made.loc[::9, "sugar"] = np.nan
    return made


def fit(frame: pd.DataFrame) -> TablePreprocessing:
    return TablePreprocessing.fit(frame, "y", TRAIN)


def test_numbers_are_what_scikit_learn_makes_of_the_training_rows(frame) -> None:
    numbers = frame[["acid", "sugar", "bottles"]]
    imputer, scaler = SimpleImputer(strategy="median"), StandardScaler()
    scaler.fit(imputer.fit_transform(numbers.iloc[TRAIN]))
    expected = scaler.transform(imputer.transform(numbers))
    learned = fit(frame)
    got = learned.transform(frame)
    positions = [learned.input_names.index(name) for name in ("acid", "sugar", "bottles")]
    np.testing.assert_allclose(got[:, positions], expected, rtol=1e-5, atol=1e-6)
    target = StandardScaler().fit(frame[["y"]].iloc[TRAIN])
    np.testing.assert_allclose(
        learned.transform_target(frame["y"]), target.transform(frame[["y"]]), rtol=1e-5, atol=1e-6
    )


def test_inputs_are_float32_and_named_in_order(frame) -> None:
    learned = fit(frame)
    assert learned.input_names == [
        "acid", "sugar", "sugar missing", "bottles",
        "colour = red", "colour = white", "colour = rosé",
    ]  # fmt: skip
    got = learned.transform(frame)
    assert got.shape == (ROWS, 7)
    assert got.dtype == np.float32
    assert np.isfinite(got).all()
    assert got[:, 2].tolist() == frame["sugar"].isna().tolist()
    assert learned.transform_target(frame["y"]).shape == (ROWS, 1)


def test_rows_outside_train_teach_nothing(frame) -> None:
    changed = frame.copy()
    changed.loc[160:, ["acid", "y"]] = 1e6
    changed.loc[160:, "colour"] = "green"
    assert fit(changed) == fit(frame)


def test_a_fresh_process_gives_the_same_bits(frame, tmp_path) -> None:
    learned = fit(frame)
    frame.to_parquet(tmp_path / "frame.parquet")
    (tmp_path / "learned.json").write_text(json.dumps(learned.to_json(), allow_nan=False))
    program = """
import json, sys, pandas
from engine.data.preprocessing import TablePreprocessing
learned = TablePreprocessing.from_json(json.load(open("learned.json")))
frame = pandas.read_parquet("frame.parquet")
sys.stdout.buffer.write(learned.transform(frame).tobytes())
sys.stdout.buffer.write(learned.restore_target(learned.transform_target(frame["y"])).tobytes())
"""
    came = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    restored = learned.restore_target(learned.transform_target(frame["y"]))
    assert came == learned.transform(frame).tobytes() + restored.tobytes()


def test_what_is_stored_is_read_back_equal(frame) -> None:
    learned = fit(frame)
    assert TablePreprocessing.from_json(json.loads(json.dumps(learned.to_json()))) == learned


@pytest.mark.parametrize("stored", [{}, {"format": 99}, {"format": 1, "target": None}])
def test_something_else_is_not_read_as_preprocessing(stored) -> None:
    with pytest.raises(Problem):
        TablePreprocessing.from_json(stored)


def test_targets_come_back_in_their_own_unit(frame) -> None:
    learned = fit(frame)
    back = learned.restore_target(learned.transform_target(frame["y"]))
    assert back.shape == (ROWS, 1)
    np.testing.assert_allclose(back[:, 0], frame["y"], rtol=1e-6)


def test_a_target_without_value_is_named(frame) -> None:
    with pytest.raises(Problem, match="Row 3 has no value in the target column 'y'"):
        fit(frame).transform_target(pd.Series([1.0, 2.0, None]))


def test_columns_that_are_the_same_in_every_training_row_are_dropped(frame) -> None:
    frame["same"] = 0.1
    frame["word"] = "x"
    frame["late"] = np.where(np.arange(ROWS) < 160, np.nan, 1.0)
    learned = fit(frame)
    assert learned.notes == ["Left out, the same in every training row: same, word, late."]
    assert learned.input_names == fit(frame.drop(columns=["same", "word", "late"])).input_names
    # And nobody has to give them when predicting.
    learned.transform(frame.drop(columns=["same", "word", "late"]))


def test_a_target_that_never_changes_is_refused(frame) -> None:
    frame.loc[:159, "y"] = 5.0
    with pytest.raises(Problem, match="same value in every training row"):
        fit(frame)


def test_a_missing_column_is_named_and_a_similar_one_shown(frame) -> None:
    learned = fit(frame)
    with pytest.raises(Problem, match="missing: 'acid'") as caught:
        learned.transform(frame.rename(columns={"acid": "acids"}))
    assert "Did you mean 'acids'?" in caught.value.remedy


def test_further_columns_and_their_order_do_not_matter(frame) -> None:
    learned = fit(frame)
    turned = frame[frame.columns[::-1]].assign(more="x")
    assert (learned.transform(turned) == learned.transform(frame)).all()


def test_texts_as_a_form_has_them_are_taken(frame) -> None:
    learned = fit(frame)
    typed = pd.DataFrame({"acid": [" 7.5 "], "sugar": [""], "bottles": ["3"], "colour": ["red "]})
    meant = pd.DataFrame({"acid": [7.5], "sugar": [np.nan], "bottles": [3], "colour": ["red"]})
    assert (learned.transform(typed) == learned.transform(meant)).all()


def test_text_where_a_number_is_needed_is_named_with_row_and_cell(frame) -> None:
    typed = pd.DataFrame({"acid": ["7", "lots"], "sugar": 1, "bottles": 2, "colour": "red"})
    with pytest.raises(Problem, match="Row 2, column 'acid': expected a number, found 'lots'"):
        fit(frame).transform(typed)


def test_a_new_level_says_nothing_where_training_had_no_rare_ones(frame) -> None:
    learned = fit(frame)
    got = learned.transform(frame.head(1).assign(colour="green"))
    assert got[0, 4:].tolist() == [0, 0, 0]


def test_rare_and_new_levels_share_an_input(frame) -> None:
    frame["town"] = [f"t{i % 50}" for i in range(150)] + [f"rare{i}" for i in range(50)]
    learned = fit(frame)
    other = learned.input_names.index("town other")
    assert len([name for name in learned.input_names if name.startswith("town =")]) == 50
    towns = ["t3", "rare1", "never seen", None]
    got = learned.transform(frame.head(4).assign(town=towns))
    assert got[:, other].tolist() == [0, 1, 1, 1]


def test_missing_categories_have_an_input_where_training_had_some(frame) -> None:
    frame.loc[5, "colour"] = None
    learned = fit(frame)
    got = learned.transform(frame.head(6))
    assert got[:, learned.input_names.index("colour missing")].tolist() == [0, 0, 0, 0, 0, 1]


def test_categories_that_look_like_numbers_stay_what_they_were(frame) -> None:
    frame["zip"] = ["1", "2", "A", "B"] * 50
    learned = fit(frame)
    position = learned.input_names.index("zip = 2")
    for given in ("2", 2, 2.0):
        assert learned.transform(frame.head(1).assign(zip=given))[0, position] == 1


def test_an_enormous_value_does_not_become_infinite(frame) -> None:
    got = fit(frame).transform(frame.head(1).assign(acid=1e300))
    assert np.isfinite(got).all()

"""The search form as a draft: what is varied, what is wrong, and the order it amounts to."""

from __future__ import annotations

import pytest

from engine.catalog import Catalog
from engine.errors import Problem
from tui.form.draft import Draft
from tui.form.fields import CHOICE, VARIED
from tui.form.search_draft import SearchDraft


def draft_of(recipe: str = "mnist", **typed: str) -> SearchDraft:
    """Return a search form over a Launch form into which some fields were typed."""
    base = Draft(Catalog.load().find(recipe))
    for name, text in typed.items():
        base.type(name, text)
    return SearchDraft(base)


def field(draft: SearchDraft, name: str):
    return next(each for each in draft.fields() if each.name == name)


def test_what_the_recipe_searches_is_varied_and_need_not_be_said():
    draft = draft_of()
    assert draft.is_varied("dropout")
    assert field(draft, "dropout").kind == VARIED
    assert field(draft, "dropout").hint == "0.1 · 0.2 · 0.3 · 0.4 · 0.5"
    assert field(draft, "activation").kind == CHOICE
    assert draft.order().space == {}
    assert draft.command() == "dlconsole search mnist"
    assert draft.outcome().plan.trials == 10


def test_what_was_changed_on_launch_stays_as_it_was_set():
    draft = draft_of(dropout="0.3", epochs="5")
    assert not draft.is_varied("dropout")
    assert draft.text("--epochs") == "5"
    assert "--search" not in draft.command()
    assert "--set dropout=0.3" in draft.command()
    assert "--set epochs=5" in draft.command()
    assert [each.name for each in draft.outcome().search.space] == ["batch_size", "optimizer"]


def test_vary_frees_and_fixes():
    draft = draft_of()
    draft.vary("optimizer")
    assert draft.text("optimizer") == "adam"
    assert "--search optimizer" not in draft.command()
    assert "--search dropout=0.1..0.5/5" in draft.command()
    draft.vary("optimizer")
    assert draft.command() == "dlconsole search mnist"
    draft.vary("learning_rate")
    assert draft.text("learning_rate") == "1e-6..1"
    assert field(draft, "learning_rate").hint == "1e-6 … 1, log"
    draft.vary("class_weights")
    assert draft.text("class_weights") == "none,balanced"
    with pytest.raises(Problem, match="cannot be varied"):
        draft.vary("validation")


def test_a_value_typed_here_is_set_and_the_launch_form_is_left_alone():
    draft = draft_of()
    draft.type("learning_rate", "0.01")
    assert not draft.is_varied("learning_rate")
    assert draft.order().order.changes == {"learning_rate": 0.01}
    assert draft.changed("learning_rate")
    assert draft.base.text("learning_rate") == "1e-3"
    draft.undo("learning_rate")
    assert not draft.changed("learning_rate")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("dropout", "0.1..2", "expected a number from 0 to 0.9, got '2'"),
        ("dropout", "0.5..0.1", "0.5"),
        ("optimizer", "adam,adam", "more than once"),
        ("optimizer", "adam,lion", "expected one of"),
        ("units", "1..3x32..512", ""),
        ("units", "512,256|128", ""),
        ("--trials", "0", "expected a whole number"),
        ("--folds", "1", "expected"),
        ("--name", "a/b", "a/b"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(name, text, said):
    draft = draft_of()
    draft.type(name, text)
    assert said in draft.error(name)
    assert bool(draft.error(name)) == bool(said)
    assert draft.wrong() == ([name] if said else [])
    if said:
        assert draft.outcome().plan is None
        with pytest.raises(Problem):
            draft.order().plan()


def test_a_range_without_an_end_is_told_beside_its_field_in_a_grid():
    draft = draft_of()
    draft.type("--method", "grid")
    assert draft.text("--trials") == "all"
    assert draft.outcome().plan.trials == draft.outcome().plan.settings > 10
    draft.vary("learning_rate")
    assert "a grid has no end" in draft.error("learning_rate")
    assert draft.wrong() == ["learning_rate"]


def test_a_hyperparameter_without_meaning_is_told_beside_its_field():
    draft = draft_of(optimizer="adam")
    draft.type("optimizer", "adam")
    draft.vary("momentum")
    assert "optimizer" in draft.error("momentum")
    draft.type("optimizer", "sgd,adam")
    assert not draft.error("momentum")


def test_only_what_a_method_asks_for_is_asked_and_said():
    draft = draft_of()
    draft.type("--factor", "1")
    assert not draft.wrong()
    draft.undo("--factor")
    draft.type("--trials", "40")
    draft.type("--method", "hyperband")
    draft.type("--epochs", "81")
    names = [each.name for each in draft.fields()]
    assert "--trials" not in names
    assert {"--factor", "--iterations"} <= set(names)
    assert draft.command() == "dlconsole search mnist --method hyperband --epochs 81"
    assert draft.outcome().plan.trials == 211
    draft.type("--method", "random")
    assert "--trials 40" in draft.command()


def test_with_nothing_varied_there_is_no_search():
    draft = draft_of()
    for name in ("dropout", "optimizer", "batch_size"):
        draft.vary(name)
    assert draft.command() == ""
    with pytest.raises(Problem, match="Nothing is varied"):
        draft.order()
    assert "Nothing is varied" in draft.outcome().problem


def test_the_objective_is_the_monitor_until_another_is_chosen():
    draft = draft_of()
    assert draft.text("--objective") == "val_loss"
    assert field(draft, "--objective").hint == "lower is better"
    draft.turn("--objective", 1)
    assert draft.text("--objective") == "val_accuracy"
    assert field(draft, "--objective").hint == "higher is better"
    assert "--objective val_accuracy" in draft.command()
    assert draft.outcome().search.direction == "max"


def test_an_epoch_is_timed_with_a_trial_s_share_of_the_cores(monkeypatch):
    monkeypatch.setattr("tui.form.search_draft.usable_cores", lambda: 8)
    draft = draft_of()
    assert draft.rehearsed().kept.threads == 0
    draft.type("--parallel", "4")
    assert draft.rehearsed().kept.threads == 2
    assert draft.order().order.threads == 0


def test_every_option_typed_is_in_the_order_and_the_command():
    draft = draft_of()
    typed = {"folds": 3, "parallel": 2, "budget-epochs": 100, "failures": 5, "keep": 1}
    for name, number in typed.items():
        draft.type(f"--{name}", str(number))
    draft.type("--budget-minutes", "2.5")
    draft.type("--rate", "1.2")
    draft.type("--name", "mine")
    order = draft.order()
    assert [getattr(order, name.replace("-", "_")) for name in typed] == list(typed.values())
    assert (order.budget_minutes, order.rate, order.order.name) == (2.5, 1.2, "mine")
    for name, number in typed.items():
        assert f"--{name} {number}" in draft.command()
    assert "--budget-minutes 2.5" in draft.command()
    draft.reset()
    assert draft.command() == "dlconsole search mnist"

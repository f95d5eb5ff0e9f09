"""The lines that the architecture draws, held by looking at the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from engine.catalog import Catalog
from engine.references import resolve

ROOT = Path(__file__).parent.parent
HEAVY = {"keras", "tensorflow", "jax", "sklearn", "pandas", "pyarrow", "PIL"}
TERMINAL = {"textual", "rich", "tui", "click"}

# What the console side may import. Everything else in engine belongs to workers.
LIGHT = (
    "engine.errors",
    "engine.space",
    "engine.dimensions",
    "engine.dimension_texts",
    "engine.hyperband",
    "engine.hyperparameters",
    "engine.recipe",
    "engine.presets",
    "engine.toml",
    "engine.references",
    "engine.catalog",
    "engine.settings",
    "engine.data.fetch",
    "engine.data.given",
    "engine.run",
    "engine.process",
    "engine.devices",
    "engine.insight",
    "recipes",
    "tui",
)


def modules() -> dict[str, Path]:
    """Return every module of the project with its file."""
    found = {}
    for package in ("engine", "recipes", "tui"):
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


def imports(path: Path) -> set[str]:
    """Return all that a file imports, inside functions too, as full module names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


MODULES = modules()
IMPORTS = {name: imports(path) for name, path in MODULES.items()}


def test_the_light_side_imports_nothing_heavy():
    light = [n for n in MODULES if any(n == each or n.startswith(f"{each}.") for each in LIGHT)]
    program = (
        "import importlib, sys\n"
        f"for name in {light!r}: importlib.import_module(name)\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_light_side_names_nothing_heavy_even_within_functions():
    for name, imported in IMPORTS.items():
        if any(name == each or name.startswith(f"{each}.") for each in LIGHT):
            assert not {each.partition(".")[0] for each in imported} & HEAVY, name
            assert not {each for each in imported if each.startswith("engine.tasks")}, name


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith(("engine", "recipes"))])
def test_engine_and_recipes_know_nothing_of_the_terminal(name):
    assert not {each.partition(".")[0] for each in IMPORTS[name]} & TERMINAL


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith("engine")])
def test_engine_names_no_recipe(name):
    assert "recipes" not in {each.partition(".")[0] for each in IMPORTS[name]}


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith("recipes.")])
def test_recipes_are_declarations(name):
    ours = {each for each in IMPORTS[name] if each.startswith(("engine", "tui"))}
    assert all(
        each.startswith(("engine.recipe", "engine.space", "engine.hyperparameters"))
        for each in ours
    )


def test_no_circle_of_imports():
    graph = {
        name: {each for each in imported if each in MODULES and each != name}
        for name, imported in IMPORTS.items()
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name not in done:
            for each in graph[name]:
                visit(each, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("name", sorted(Catalog.load().entries))
def test_every_recipe_holds_together_and_every_name_in_it_resolves(name):
    recipe = Catalog.load().find(name).recipe
    recipe.validate()
    references = [recipe.task, recipe.network]
    references += [source.loader for source in (recipe.official, recipe.sample, recipe.own)]
    for reference in references:
        assert callable(resolve(reference))


def test_the_built_in_recipes_are_registered():
    assert not Catalog.load().notices
    files = {path.stem for path in (ROOT / "recipes").glob("*.py")} - {"__init__"}
    assert set(Catalog.load().entries) == {name.replace("_", "-") for name in files}

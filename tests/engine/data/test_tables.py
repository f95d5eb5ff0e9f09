"""A table is read as a person means it, and what cannot be right is named with line and cell."""

from __future__ import annotations

import contextlib
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.tables import Table, numeric_target, read_inputs, read_table
from engine.errors import Problem

ROWS = 24


def lines(*columns: str, header: str | None = "a,b,y", rows: int = ROWS, between: str = ",") -> str:
    """Write a table; ``{i}`` in a column stands for the row's number."""
    body = [between.join(column.format(i=i) for column in columns) for i in range(rows)]
    return "\n".join([header] * (header is not None) + body) + "\n"


PLAIN = lines("{i}.5", "1{i}", "{i}")


@pytest.fixture
def write(tmp_path: Path):
    def write(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def problem(path: Path, target: str | None = "y") -> Problem:
    with pytest.raises(Problem) as caught:
        read_table(path, target)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


def said(table: Table) -> str:
    return " ".join(table.notes)


# -- how a file is written -------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_ending_gives_the_same_table(write, separator, ending) -> None:
    table = read_table(write(PLAIN.replace(",", separator).replace("\n", ending)), "y")
    pd.testing.assert_frame_equal(table.frame, read_table(write(PLAIN), "y").frame)
    assert list(table.frame.columns) == ["a", "b", "y"]
    assert table.frame["a"].tolist()[:2] == [0.5, 1.5]
    assert table.frame["b"].dtype == np.int64
    assert table.origin == "table.csv, 24 rows"


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("utf-8", ""), ("utf-8-sig", "byte order mark"), ("utf-16", "UTF-16"), ("latin-1", "Latin-1")],
)
def test_every_encoding_gives_the_same_names_and_texts(write, encoding, word) -> None:
    text = lines("{i}", "süß", "{i}", header="Säure,Geschmack,y", rows=12)
    text += lines("{i}", "herb", "{i}", header=None, rows=12)
    table = read_table(write(text.encode(encoding)), "y")
    assert list(table.frame.columns) == ["Säure", "Geschmack", "y"]
    assert set(table.frame["Geschmack"]) == {"süß", "herb"}
    assert word in said(table)


def test_a_byte_order_mark_does_not_hide_the_first_number(write) -> None:
    table = read_table(write(lines("{i}", "1{i}", header=None).encode("utf-8-sig")), "c2")
    assert table.frame["c1"].tolist() == list(range(ROWS))


def test_latin_1_far_behind_the_beginning_is_read_too(write) -> None:
    text = lines("{i}", "red", "{i}", rows=9000) + "9000,rosé,9000\n"
    table = read_table(write(text.encode("latin-1")), "y")
    assert table.frame["b"].iloc[-1] == "rosé"
    assert "Latin-1" in said(table)


def test_decimal_commas_are_numbers_where_semicolons_separate(write) -> None:
    text = lines("0,{i}5", "-1,5e1", "{i}", header="a;b;y", between=";").replace("-1,5e1", "7", 1)
    table = read_table(write(text), "y")
    assert table.frame["a"].iloc[3] == pytest.approx(0.35)
    assert table.frame["b"].tolist()[:2] == [7.0, -15.0]
    assert "Decimal commas: a, b." in table.notes


def test_decimal_commas_without_a_header_are_not_taken_for_separators(write) -> None:
    table = read_table(write(lines("0,{i}1", "3,{i}2", header=None, between=";")), "c2")
    assert table.frame["c1"].iloc[7] == pytest.approx(0.71)
    assert len(table.frame.columns) == 2


def test_decimal_commas_that_come_late_are_numbers_too(write) -> None:
    text = lines("{i}", "1{i}", "{i}", header="a;b;y", between=";", rows=9000) + "0,5;1;2\n"
    assert read_table(write(text), "y").frame["a"].iloc[-1] == 0.5


def test_a_thousands_comma_is_not_silently_a_decimal_comma(write) -> None:
    text = PLAIN + '"1,234",5,6\n'
    assert "found '1,234'" in problem(write(text)).what


def test_quotes_keep_separators_and_line_breaks_together(write) -> None:
    text = lines('"x, ""y""\nz"', "{i}", "{i}", rows=12) + lines(
        "plain", "{i}", "{i}", header=None, rows=12
    )
    table = read_table(write(text), "y")
    assert set(table.frame["a"]) == {'x, "y"\nz', "plain"}
    assert len(table.frame) == 24


def test_the_line_that_excel_puts_first_is_obeyed(write) -> None:
    table = read_table(write("sep=;\n\n" + lines("{i},5", "x", "{i}", between=";", header="a;b;y")),
                       "y")  # fmt: skip
    assert "a" in table.inputs


def test_gzip_is_unpacked(write) -> None:
    table = read_table(write(gzip.compress(PLAIN.encode()), "table.csv.gz"), "y")
    assert len(table.frame) == ROWS


def test_parquet_gives_the_same_table_whatever_its_name(write, tmp_path) -> None:
    frame = read_table(write(PLAIN), "y").frame
    for name in ("table.parquet", "table.csv"):
        frame.to_parquet(tmp_path / name)
        pd.testing.assert_frame_equal(read_table(tmp_path / name, "y").frame, frame)


def test_parquet_types_become_numbers_and_categories(tmp_path) -> None:
    count = np.arange(ROWS)
    pd.DataFrame(
        {
            "flag": count % 2 == 0,
            "level": pd.Categorical(["low", "high"] * 12),
            "day": pd.date_range("2020-01-01", periods=ROWS),
            "list": [[1, 2]] * ROWS,
            "text": [str(i) for i in count],
            "y": count,
        }
    ).to_parquet(tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet", "y")
    assert table.inputs == ["flag", "level", "text"]
    assert table.frame["flag"].tolist()[:2] == [1, 0]
    assert table.frame["text"].dtype == np.int64
    assert "dates or times: day" in said(table)
    assert "list" in said(table)


@pytest.mark.parametrize(
    ("text", "target", "names"),
    [
        (lines("{i}", "1{i}", header=None), "c2", ["c1", "c2"]),
        (lines("{i}", "red", "x{i}", header=None), "c1", ["c1", "c2", "c3"]),
        (lines("{i}", "1{i}", header="2019,2020"), "2020", ["2019", "2020"]),
        (lines("{i}", "1{i}", header='"fixed acidity"," pH "'), "pH", ["fixed acidity", "pH"]),
        (lines("{i}", "1{i}", header="Na,Fe"), "Fe", ["Na", "Fe"]),
    ],
    ids=["numbers", "texts", "years named as target", "spaces", "sodium is not missing"],
)
def test_a_header_is_told_from_data(write, text, target, names) -> None:
    path = write(text)
    read = read_inputs(path, numbers=names, texts=())
    assert list(read.columns) == names
    assert len(read) == ROWS
    assert target in names


def test_without_a_header_columns_are_numbered_and_it_is_said(write) -> None:
    path = write(lines("{i}", "1{i}", "2{i}", header=None))
    assert "No header found: columns are named c1 to c3." in read_table(path, "c3").notes
    assert "no header, its columns are c1 to c3" in problem(path, "alcohol").what


def test_a_table_of_texts_alone_keeps_its_header(write) -> None:
    text = "colour,taste\n" + "red,dry\nwhite,sweet\n" * 12
    assert read_table(write(text), "taste").inputs == ["colour"]


# -- what columns hold -----------------------------------------------------------------------------


@pytest.mark.parametrize("spelled", ["", "NA", "N/A", "nan", "NULL", "-", "?", "  "])
def test_usual_spellings_of_a_missing_value_are_missing(write, spelled) -> None:
    table = read_table(write(PLAIN + f"{spelled},1,2\n"), "y")
    assert np.isnan(table.frame["a"].iloc[-1])
    assert "Missing values: a 1 (4.0%)." in table.notes


def test_stray_text_in_a_column_of_numbers_is_named_with_its_line(write) -> None:
    found = problem(write(PLAIN + "n/a?,1,2\n12a,1,2\n"))
    assert found.what == (
        "table.csv, line 26, column 'a': expected a number, found 'n/a?' (1 more like it)."
    )
    assert "empty cell" in found.remedy


def test_the_line_is_right_behind_empty_lines_and_line_breaks_in_cells(write) -> None:
    text = 'a,b,y\n\n"two\nlines",1,2\n\n' + lines("w{i}", "{i}", "{i}", header=None) + "w,1x,2\n"
    number = text.splitlines().index("w,1x,2") + 1
    assert f"line {number}, column 'b'" in problem(write(text)).what


def test_stray_text_far_behind_the_beginning_is_found(write) -> None:
    text = lines("{i}", "1{i}", "{i}", rows=20_000) + "1,oops,2\n"
    assert "line 20002, column 'b'" in problem(write(text)).what


def test_stray_text_in_parquet_is_named_with_its_row(tmp_path) -> None:
    pd.DataFrame({"a": [*map(str, range(30)), "x"], "y": range(31)}).to_parquet(tmp_path / "t.pq")
    assert "t.pq, row 31, column 'a'" in problem(tmp_path / "t.pq").what


def test_control_characters_of_a_cell_do_not_reach_the_terminal(write) -> None:
    assert "\x1b" not in str(problem(write(PLAIN + "\x1b[2Jboo,1,2\n")))


def test_columns_that_cannot_be_inputs_are_left_out_and_said(write) -> None:
    text = lines(
        "person {i}", "2020-01-02", "5", "", "{i}", "red", "{i}",
        header="name,day,same,nothing,a,colour,y",
    ).replace("red", "blue", 3)  # fmt: skip
    table = read_table(write(text), "y")
    assert table.inputs == ["a", "colour"]
    for words in (
        "free text, different in nearly every row: name (as 'person 0').",
        "dates or times: day.",
        "the same value in every row: same.",
        "without any value: nothing.",
        "Categories: colour (2 different).",
    ):
        assert words in said(table)


def test_row_numbers_are_left_out_without_a_name_and_warned_of_with_one(write) -> None:
    unnamed = read_table(write(lines("{i}", "1{i}", "{i}", header=",b,y")), "y")
    assert unnamed.inputs == ["b"]
    assert "row numbers without a name" in said(unnamed)
    named = read_table(write(lines("{i}", "1{i}", "{i}", header="id,b,y")), "y")
    assert named.inputs == ["id", "b"]
    assert "look like row numbers or keys: id" in said(named)


def test_infinite_values_count_as_missing_and_are_said(write) -> None:
    table = read_table(write(PLAIN + "inf,1,2\n-Infinity,1,2\n1e999,1,2\n"), "y")
    assert table.frame["a"].isna().sum() == 3
    assert "Infinite values, taken as missing: a 3." in table.notes


def test_true_and_false_are_numbers(write) -> None:
    text = lines("True", "{i}", "{i}", rows=12) + lines("false", "{i}", "{i}", header=None, rows=12)
    assert read_table(write(text), "y").frame["a"].tolist() == [1] * 12 + [0] * 12


def test_rows_without_a_target_are_dropped_and_counted(write) -> None:
    table = read_table(write(PLAIN + "1,2,\n3,4,NA\n"), "y")
    assert len(table.frame) == ROWS
    assert "2 rows without a value of y dropped." in table.notes
    assert table.origin == "table.csv, 24 rows"


def test_copies_of_rows_are_counted(write) -> None:
    table = read_table(write(PLAIN + "0.5,10,0\n"), "y")
    assert any(note.startswith("1 row equal to an earlier one") for note in table.notes)


# -- the target ------------------------------------------------------------------------------------


def test_a_column_called_target_needs_no_naming(write) -> None:
    assert read_table(write(PLAIN.replace("y", "target", 1))).target == "target"
    assert problem(write(PLAIN), None).remedy == "Name one of: a, b, y."


def test_a_mistyped_target_gets_the_nearest_name(write) -> None:
    found = problem(write(PLAIN.replace("a,b,y", "acid,sugar,alcohol")), "alcohl")
    assert found.remedy == "Did you mean 'alcohol'?"


def test_a_target_of_numbers_is_given_as_floats(write) -> None:
    assert numeric_target(read_table(write(PLAIN), "y")).tolist() == [float(i) for i in range(ROWS)]


@pytest.mark.parametrize("numbers", [ROWS, 3], ids=["nearly all numbers", "half"])
def test_text_in_a_numeric_target_is_named_with_its_line(write, numbers) -> None:
    text = lines("{i}", "1{i}", "{i}", rows=numbers) + "1,2,high\n" * 21
    with pytest.raises(Problem, match=rf"line {numbers + 2}, column 'y'.*'high' \(20 more"):
        numeric_target(read_table(write(text), "y"))


def test_a_target_of_texts_is_no_number_column(write) -> None:
    table = read_table(
        write(lines("{i}", "1{i}", "red") + lines("1", "2", "blue", header=None)), "y"
    )
    with pytest.raises(Problem, match="'y' holds text such as 'red', numbers are needed"):
        numeric_target(table)


# -- what is no table ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("a,b,y\n", "has a header and no rows"),
        (lines("{i}", "{i}", "{i}", rows=19), "has 19 rows, at least 20 are needed"),
        (lines("{i}", header="y"), "has one column only"),
        ("Once upon a time\nthere was a table.\n" * 20, "has one column only"),
        (b"\x00\x01\x02\xff" * 100, "is not text"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"\x89PNG\r\n", "a picture"),
        ('{"a": [1, 2]}', "is JSON"),
        (b"PAR1 and then nothing", "damaged or incomplete Parquet"),
        (gzip.compress(PLAIN.encode())[:-12], "damaged or incomplete gzip"),
        (PLAIN.replace("a,b,y", "a,y,y"), "two columns 'y': the 2. and the 3."),
        (PLAIN + "1,2\n", "line 26: expected 3 cells, found 2 cells"),
        (PLAIN + "1,2,3,4\n", "line 26: expected 3 cells, found 4 cells"),
        ("made by hand\n" + PLAIN, "line 1 has 1 cell, most lines after it have 3"),
        (PLAIN + '1,"2,3\n' + lines("1", "2", "3", header=None), "line 26: expected 3 cells"),
        (PLAIN + '1,2,"3\n4,5,6\n', "line 26: a quotation mark is opened and never closed"),
        (lines("{i}", "1{i}", "5"), "'y' of table.csv has the same value in every row"),
        (lines("{i}", "1{i}", ""), "'y' of table.csv holds no value at all"),
        (lines("w{i}", "5", "{i}"), "has no column that can be an input"),
        (lines("{i}", "1", "") + "1,2,3\n4,5,6\n", "has 2 rows with a value of 'y'"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_named(write, content, words) -> None:
    assert words in problem(write(content)).what


def test_csv_called_parquet_is_named(write) -> None:
    assert "is not a Parquet file" in problem(write(PLAIN, "table.parquet")).what


def test_a_missing_file_gets_the_nearest_name(write, tmp_path) -> None:
    write(PLAIN, "wines.csv")
    assert problem(tmp_path / "wine.csv").remedy == "Did you mean 'wines.csv'?"
    assert "There is no file" in problem(tmp_path / "nowhere" / "x.csv").what


def test_a_folder_is_named(tmp_path) -> None:
    assert "is a folder" in problem(tmp_path).what


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """Be somebody who is bound by permissions; a test may run as root, who is not."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_file_that_may_not_be_read_is_named(write) -> None:
    path = write(PLAIN)
    path.chmod(0)
    with without_privileges():
        found = problem(path)
    assert "cannot be read: permission denied" in found.what


# -- rows to predict -------------------------------------------------------------------------------


def test_one_row_is_enough_to_predict(write) -> None:
    frame = read_inputs(write("b;a;more\n2,5;1;x\n"), numbers=["a", "b"], texts=[])
    assert frame.to_dict("list") == {"b": [2.5], "a": [1]}


def test_categories_are_read_as_written(write) -> None:
    frame = read_inputs(write("zip,a\n01234,1\nNA,2\n"), numbers=["a"], texts=["zip"])
    assert frame["zip"].iloc[0] == "01234"
    assert pd.isna(frame["zip"].iloc[1])


def test_a_file_without_rows_cannot_be_predicted(write) -> None:
    with pytest.raises(Problem, match="no rows"):
        read_inputs(write("a,b\n"), numbers=["a", "b"], texts=[])


def test_decimal_commas_in_every_row_do_not_pass_for_separators(tmp_path):
    table = tmp_path / "t.csv"
    rows = "".join(f"{n},5;{['Ulm', 'Graz'][n % 2]};{n * 2},25\n" for n in range(40))
    table.write_text("area;town;price\n" + rows)
    read = read_table(table, "price")
    assert list(read.frame.columns) == ["area", "town", "price"]
    assert read.frame["price"].iloc[3] == 6.25

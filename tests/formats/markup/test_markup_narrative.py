from __future__ import annotations

import pytest
from markup_help import cda, fields

HEAD = "<thead><tr><th>Patient Name</th><th>Date of Birth</th></tr></thead>"


def keys(table: str) -> dict[str, str]:
    body = f"<component><section><text><table>{table}</table>after</text></section></component>"
    return {
        field.text: field.type.attributes["column_key"]
        for field in fields(cda(body))
        if field.type.searchable
    }


@pytest.mark.parametrize(
    "head",
    [
        HEAD,
        HEAD.replace("thead", "tbody"),
        HEAD.replace("th>", "td>"),
        HEAD.replace("<thead>", "").replace("</thead>", ""),
        "<tr><td>Patient Name</td><td>Date of Birth</td></tr>",
        "<thead><tr><th><content>Patient</content> <content>Name</content></th>"
        "<th>Date of Birth</th></tr></thead>",
    ],
)
def test_cells_are_named_by_the_heading_over_them(head: str) -> None:
    found = keys(head + "<tbody><tr><td>Eve</td><td><list><item>1945</item></list></td><td>x</td></tr>"
                 "<tr><td>Ana</td><td>1946</td></tr></tbody>")  # fmt: skip
    assert {text: found[text] for text in ("Eve", "1945", "Ana", "1946", "x", "after")} == {
        "Eve": "patientname",
        "1945": "dateofbirth",
        "Ana": "patientname",
        "1946": "dateofbirth",
        "x": "td",
        "after": "text",
    }


def test_cells_are_named_by_the_heading_heldthem() -> None:
    found = keys(
        "<tr><th>Patient Name</th><td>Eve</td></tr><tr><td>MRN:</td><td>77</td></tr><tr>"
        "<td>y</td><td>x</td></tr>"
    )
    assert (found["Eve"], found["77"], found["x"]) == ("patientname", "mrn", "td")


@pytest.mark.parametrize("span", ['colspan="2"', 'rowspan="2"'])
def test_tables_with_spanning_cells_get_no_headings(span: str) -> None:
    found = keys(HEAD + f"<tr><td {span}>Eve</td><td>1945</td></tr><tr><td>Ana</td></tr>")
    assert (found["1945"], found["Ana"]) == ("td", "td")
    assert keys(HEAD.replace("<th>", f"<th {span}>", 1) + "<tr><td>Ana</td></tr>")["Ana"] == "td"


def test_a_table_within_a_cell_has_its_own_headings() -> None:
    inner = "<table><tr><th>City</th><th>State</th></tr><tr><td>Boston</td><td>MA</td></tr></table>"
    found = keys(HEAD + f"<tr><td>{inner}</td><td>1945</td></tr>")
    assert (found["Boston"], found["MA"], found["1945"]) == ("city", "state", "dateofbirth")


def test_a_sentence_is_no_heading() -> None:
    found = keys(f"<tr><th>{'word ' * 20}</th><th>Name</th></tr><tr><td>Eve</td><td>Ana</td></tr>")
    assert (found["Eve"], found["Ana"]) == ("td", "name")

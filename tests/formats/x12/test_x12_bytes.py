"""What is not touched stays as it was, what is replaced changes alone, and places have names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from x12_help import CLAIM, all_fields, fields, interchange, isa, rendered, replaced, scopes, texts

from beam_phi.formats.document import FormatError, Unfit
from beam_phi.formats.encoding import BLOCK_SIZE
from beam_phi.formats.x12 import looks_like_x12

TED = "ISA[1] / ST[1] / NM1[6]-04"


def wrapped(data: bytes, width: int, end: bytes = b"\r\n") -> bytes:
    return end.join(data[at : at + width] for at in range(0, len(data), width)) + end


VALUES = st.text(st.sampled_from("ABZ 019.-'/éß"), max_size=12)
SEPARATORS = st.lists(st.sampled_from("*|:^>~+\x1c\x1d\x1e\x1f!"), min_size=4, max_size=4, unique=True)
PADS = st.sampled_from(["", "\n", "\r\n", "  \r\n", "\n\n", "\t\n"])


@st.composite
def interchanges(draw: st.DrawFn) -> str:
    """One interchange of a few transaction sets, with any delimiters and line ends."""
    element, component, repetition, terminator = draw(SEPARATORS)
    if draw(st.booleans()):
        terminator = "\n"
    if draw(st.booleans()):
        repetition = "U"
    pad = draw(PADS)
    found = [isa(element, component, repetition, "")]
    found.append(element.join(["GS", "HC", "S", "R", "20131031", "1147", "1", "X", "005010X222A1"]))
    for _ in range(draw(st.integers(0, 2))):
        found.append(element.join(["ST", draw(st.sampled_from(["837", "835", "270", "999", "900"])), "0001"]))
        size = draw(st.integers(0, 6))
        for _ in range(size):
            id_ = draw(st.sampled_from(["NM1", "REF", "HL", "DTP", "HI", "CLP", "N3", "ZZ9"]))
            value = VALUES | st.builds(component.join, st.lists(VALUES, min_size=2, max_size=3))
            found.append(element.join([id_, *draw(st.lists(value, max_size=9))]))
        found.append(element.join(["SE", str(size + 2), "0001"]))
    found += [element.join(["GE", "1", "1"]), element.join(["IEA", "1", "000000907"])]
    return "".join(segment + terminator + pad for segment in found)


def replacement(text: str, longest: int | None) -> str:
    """Another text of the same characters, and perhaps another length."""
    return ("Q" + text.translate(dict.fromkeys(map(ord, "*|:^>~+\x1c\x1d\x1e\x1f!"), "Q")))[:longest]


@given(st.lists(interchanges(), min_size=1, max_size=3), st.sampled_from(["utf-8", "latin-1", "utf-16"]))
def test_an_untouched_file_is_rendered_as_it_was(parts: list[str], codec: str) -> None:
    data = "".join(parts).encode(codec)
    assert looks_like_x12(data)
    found = scopes(data)
    for _ in all_fields(found):
        pass
    assert rendered(found) == data


@given(interchanges(), st.integers(0, 10**6))
def test_a_replaced_element_changes_alone_and_reads_back(part: str, choice: int) -> None:
    data = part.encode()
    found = scopes(data)
    # Codes and counts hold the file together, and nothing replaces them.
    listed = [(scope, field) for scope, field in all_fields(found) if field.type.searchable]
    scope, field = listed[choice % len(listed)]
    new = replacement(field.text, field.type.constraint.max_length)
    try:
        stands = scope.replace(field, new)
    except Unfit:
        assert rendered(found) == data
        return
    assert stands == new
    before, after = texts(data), texts(rendered(found))
    assert after[field.location] == (new.rstrip() if field.segment.id == "ISA" else new)
    assert {k: v for k, v in after.items() if k != field.location} == {
        k: v for k, v in before.items() if k != field.location
    }


def test_only_the_bytes_of_the_element_change() -> None:
    assert replaced(CLAIM, TED, "KIM") == CLAIM.replace(b"*TED*", b"*KIM*")
    assert replaced(CLAIM, "ISA[1] / ST[1] / SV1[1]-01.3", "59") == CLAIM.replace(b"99213:25", b"99213:59")
    assert replaced(CLAIM, "ISA[1] / ST[1] / DTP[2]-03.2", "20071231") == CLAIM.replace(
        b"20061003-20061007", b"20061003-20071231"
    )


@pytest.mark.parametrize("width", [20, 35, 80, 105, 106, 107, 132, 255])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_wrapped_file_reads_as_if_it_were_not(width: int, end: bytes) -> None:
    plain = CLAIM.replace(b"\n", b"")
    data = wrapped(plain, width, end)
    assert looks_like_x12(data)
    assert rendered(scopes(data)) == data
    assert texts(data) == texts(plain)
    masked = replaced(data, TED, "KIM")
    assert texts(masked.translate(None, b"\r\n")) == {**texts(plain), TED: "KIM"}
    assert masked.count(end) == data.count(end)


def test_a_wrapped_file_of_several_interchanges() -> None:
    plain = CLAIM.replace(b"\n", b"") * 3
    data = wrapped(plain, 80)
    assert texts(data) == texts(plain)
    assert rendered(scopes(data)) == data


def test_a_wrapped_file_of_more_than_one_block() -> None:
    plain = CLAIM.replace(b"\n", b"") * (3 * BLOCK_SIZE // len(CLAIM))
    data = wrapped(plain, 80)
    assert len(data) > 2 * BLOCK_SIZE
    assert rendered(scopes(data)) == data


def test_a_line_break_within_a_value_is_refused_unless_the_file_is_wrapped() -> None:
    """Two words would become one, or one two."""
    with pytest.raises(FormatError, match="line break"):
        scopes(CLAIM.replace(b"seen with JANE", b"seen with\nJANE"))
    with pytest.raises(FormatError, match="line break"):
        scopes(CLAIM.replace(b"\n", b"").replace(b"seen with JANE", b"seen with\nJANE"))
    with pytest.raises(FormatError, match="line break"):
        scopes(CLAIM.replace(b"\n", b"").replace(b"seen with JANE", b"seen with\nJANE") + b"\n")


def test_a_line_break_beside_a_value_is_no_part_of_it() -> None:
    data = CLAIM.replace(b"*TED*", b"*TED\r\n*")
    assert texts(data)[TED] == "TED"
    assert replaced(data, TED, "KIM") == data.replace(b"TED\r\n", b"KIM\r\n")


def test_several_interchanges_with_their_own_delimiters() -> None:
    other = isa("|", ">", "!", "\n", "000000001").encode()
    other += b"TA1|000000907|131031|1147|A|000\nIEA|0|000000001\n"
    data = CLAIM + b"  \r\n" + other + CLAIM + b"\n\n\x1a"
    found = texts(data)
    assert found["ISA[2] / TA1[1]-04"] == "A"
    assert found["ISA[2] / TA1[1]-02"] == "20131031"
    assert found["ISA[3] / ST[1] / NM1[6]-04"] == "TED"
    assert rendered(scopes(data)) == data


def test_a_line_end_as_terminator() -> None:
    for end in ("\n", "\r", "\r\n"):
        data = CLAIM.decode().replace("~\n", end).encode()
        assert texts(data) == texts(CLAIM)
        assert rendered(scopes(data)) == data


def test_blanks_and_byte_order_marks_come_first() -> None:
    for lead in (b"\r\n  ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"):
        assert looks_like_x12(lead + CLAIM)
        assert texts(lead + CLAIM) == texts(CLAIM)
        assert rendered(scopes(lead + CLAIM)) == lead + CLAIM


def test_the_last_terminator_may_be_missing_where_the_end_shows() -> None:
    data = CLAIM.rstrip(b"~\n")
    assert rendered(scopes(data)) == data


# -- what stands where ---------------------------------------------------------------------------------------


def test_locations() -> None:
    found = texts(CLAIM)
    assert found["ISA[1]-06"] == "SENDER"
    assert found["ISA[1] / GS[1]-02"] == "SENDER"
    assert found["ISA[1] / ST[1]-01"] == "837"
    assert found["ISA[1] / ST[1] / NM1[6]-03"] == "SMYTHE"
    assert found["ISA[1] / ST[1] / CLM[1]-05.2"] == "B"
    assert found["ISA[1] / ST[1] / DTP[2]-03.1"] == "20061003"
    assert found["ISA[1] / ST[1] / SE[1]-02"] == "0001"
    assert found["ISA[1] / IEA[1]-02"] == "000000907"
    assert "ISA[1]-02" not in found
    assert "ISA[1]-11" not in found
    assert "ISA[1]-16" not in found


def test_repetitions_and_their_components() -> None:
    races = "DMG*D8*19800101*F**:RET:2106-3^:RET:2028-9"
    found = texts(interchange("EB*1**30^33*HM", races, transaction="271"))
    assert found["ISA[1] / ST[1] / EB[1]-03(1)"] == "30"
    assert found["ISA[1] / ST[1] / EB[1]-03(2)"] == "33"
    assert found["ISA[1] / ST[1] / DMG[1]-05(2).3"] == "2028-9"


def test_a_text_is_not_cut_at_separators_that_have_no_meaning_in_it() -> None:
    found = fields(CLAIM)["ISA[1] / ST[1] / NTE[1]-02"]
    assert found.text == "seen with JANE at 10:30, see Dr. Kildare"
    assert b"*seen with XXXX at 10:30~" in replaced(CLAIM, found.location, "seen with XXXX at 10:30")
    assert texts(interchange("MSG*a^b:c"))["ISA[1] / ST[1] / MSG[1]-01"] == "a^b:c"


def test_sets_are_numbered_in_the_interchange() -> None:
    data = CLAIM.replace(b"GE*1*1", b"ST*837*0002~\nNM1*IL*1*X~\nSE*3*0002~\nGE*2*1")
    assert texts(data)["ISA[1] / ST[2] / NM1[1]-03"] == "X"


# -- what may be put where -----------------------------------------------------------------------------------


def test_an_isa_element_keeps_its_width() -> None:
    masked = replaced(CLAIM, "ISA[1]-06", "Q7")
    assert masked == CLAIM.replace(b"SENDER         ", b"Q7             ")
    with pytest.raises(Unfit):
        replaced(CLAIM, "ISA[1]-06", "Q" * 16)
    with pytest.raises(Unfit):
        replaced(CLAIM, "ISA[1]-06", "\u00c9" * 15)


def test_dates_keep_their_form() -> None:
    assert texts(CLAIM)["ISA[1]-09"] == "20131031"
    assert b"*120101*1147*" in replaced(CLAIM, "ISA[1]-09", "20120101")
    assert b"DT*200601010000~" in replaced(CLAIM, "ISA[1] / ST[1] / DTP[1]-03", "20060101")
    with pytest.raises(Unfit):
        replaced(CLAIM, "ISA[1] / ST[1] / DMG[1]-02", "1943")


def test_emptied_elements() -> None:
    found = scopes(CLAIM)
    for scope, field in all_fields(found):
        if field.location in ("ISA[1] / ST[1] / NM1[6]-07", TED):
            scope.delete(field)
        elif field.type.data_class in ("date", "time"):
            scope.empty(field)
    masked = rendered(found)
    assert b"NM1*QC*1*SMYTHE**R**~" in masked
    # Envelopes can't do without their dates.
    assert b"*000101*0000*^*" in masked
    assert b"*19000101*0000*1*X*" in masked
    assert b"DTP*472*RD8*-~" in masked
    assert len(scopes(masked)) == len(found)


@pytest.mark.parametrize("text", ["A*B", "A~", "A:B", "A^B", "A\nB", "A\rB", "A\0", "A" * 36])
def test_what_breaks_the_segment_is_unfit(text: str) -> None:
    with pytest.raises(Unfit):
        replaced(CLAIM, TED, text)


def test_what_the_encoding_lacks_is_unfit() -> None:
    data = CLAIM.replace(b"*TED*", "*JOSÉ*".encode("latin-1"))
    assert texts(data)[TED] == "JOSÉ"
    assert b"*RA\xdaL*" in replaced(data, TED, "RAÚL")
    with pytest.raises(Unfit):
        replaced(data, TED, "Łukasz")


def test_corpus(corpus: Path) -> None:
    read = 0
    for path in sorted((corpus / "x12").rglob("*.*")):
        data = path.read_bytes()
        if not data.lstrip().startswith(b"ISA"):
            assert not looks_like_x12(data)
            continue
        assert looks_like_x12(data)
        assert rendered(scopes(data)) == data
        found = fields(data)
        assert any(field.type.data_class for field in found.values())
        read += 1
    assert read > 60

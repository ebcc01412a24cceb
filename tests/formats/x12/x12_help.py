"""X12 files for tests, and what is read from them."""

from __future__ import annotations

import io
from collections.abc import Iterator

from beam_phi.formats import x12
from beam_phi.formats.document import SourceRange
from beam_phi.formats.x12.scope import X12Field, X12Scope


def source(data: bytes) -> x12.document.Source:
    return x12.document.Source(io.BytesIO(data), len(data))


def scopes(data: bytes) -> list[X12Scope]:
    return list(x12.open(source(data)).scopes())


def rendered(found: list[X12Scope]) -> bytes:
    segments = [segment for scope in found for segment in scope.render()]
    assert not any(isinstance(segment, SourceRange) for segment in segments)
    return b"".join(segments)  # type: ignore[arg-type]


def all_fields(found: list[X12Scope]) -> Iterator[tuple[X12Scope, X12Field]]:
    for scope in found:
        for field in scope.fields():
            yield scope, field


def fields(data: bytes) -> dict[str, X12Field]:
    """By location, which must tell all fields apart."""
    found = [field for _, field in all_fields(scopes(data))]
    by_location = {field.location: field for field in found}
    assert len(by_location) == len(found)
    return by_location


def texts(data: bytes) -> dict[str, str]:
    return {location: field.text for location, field in fields(data).items()}


def replaced(data: bytes, location: str, text: str) -> bytes:
    found = scopes(data)
    for scope, field in all_fields(found):
        if field.location == location:
            scope.replace(field, text)
            return rendered(found)
    raise AssertionError(location)


def isa(
    element: str = "*",
    component: str = ":",
    repetition: str = "^",
    terminator: str = "~",
    number: str = "000000907",
) -> str:
    values = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", "SENDER".ljust(15), "30", "123456789".ljust(15)]
    values += ["131031", "1147", repetition, "00501", number, "0", "T", component]
    return element.join(values) + terminator


def interchange(*segments: str, transaction: str = "837", after: str = "\n") -> bytes:
    """An interchange with one transaction set of these segments."""
    body = [
        isa()[:-1],
        "GS*HC*SENDER*RECEIVER*20131031*1147*1*X*005010X222A1",
        f"ST*{transaction}*0001",
        *segments,
        f"SE*{len(segments) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000907",
    ]
    return "".join(f"{segment}~{after}" for segment in body).encode()


def field_of(segments: str, place: str, transaction: str = "837") -> X12Field:
    """A field of a transaction set, by its place without the interchange: ``NM1[2]-03``."""
    data = interchange(*segments.split("~"), transaction=transaction)
    return fields(data)[f"ISA[1] / ST[1] / {place}"]


def class_of(segments: str, place: str, transaction: str = "837") -> str | None:
    return field_of(segments, place, transaction).type.data_class


CLAIM = interchange(
    "BHT*0019*00*244579*20061015*1023*CH",
    "NM1*41*2*PREMIER BILLING SERVICE*****46*TGJ23",
    "PER*IC*JERRY*TE*3055552222*EX*231*EM*jerry@premier.example",
    "NM1*40*2*KEY INSURANCE COMPANY*****46*66783JJT",
    "HL*1**20*1",
    "NM1*85*2*BEN KILDARE SERVICE*****XX*9876543210",
    "N3*234 SEAWAY ST",
    "N4*MIAMI*FL*33111",
    "REF*EI*587654321",
    "HL*2*1*22*1",
    "SBR*P**2222-SJ*ACME CORP*****CI",
    "NM1*IL*1*SMITH*JANE****MI*JS00111223333",
    "DMG*D8*19430501*F",
    "NM1*PR*2*KEY INSURANCE COMPANY*****PI*999996666",
    "HL*3*2*23*0",
    "PAT*19****D8*20060930",
    "NM1*QC*1*SMYTHE*TED*R**JR",
    "N3*236 N MAIN ST*APT 3",
    "N4*MIAMI*FL*33413",
    "DMG*D8*19730501*M",
    "REF*SY*000221111",
    "CLM*26463774*100***11:B:1*Y*A*Y*I",
    "DTP*435*DT*200609301215",
    "REF*D9*17312345600006351",
    "HI*ABK:J0300*ABF:Z1159",
    "NTE*ADD*seen with JANE at 10:30, see Dr. Kildare",
    "NM1*82*1*KILDARE*BEN****XX*9999977778",
    "SBR*S*01*ABC***CI****",
    "NM1*IL*1*JONES*MARY****MI*XX99",
    "LX*1",
    "SV1*HC:99213:25*40*UN*1***1:2",
    "DTP*472*RD8*20061003-20061007",
)

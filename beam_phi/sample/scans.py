"""What came in on paper: pictures of it, and letters as PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from beam_phi.identity.canonical import fold
from beam_phi.sample.file import File, Part
from beam_phi.sample.people import Hospital, Patient
from beam_phi.sample.plan import spelled, spelled_out

#: Patients who have any: pages that are looked at by machine take a second each.
_MOST = 3
_IMAGE_DESCRIPTION, _ARTIST = 0x010E, 0x013B
"""Tags of Exif and of TIFF."""


def scans(hospital: Hospital, patients: Sequence[Patient]) -> Iterator[File]:
    """A picture and a letter of each of the first patients."""
    pictures = (("fax", "tif", _tiff), ("screen", "png", _png), ("label", "jpg", _jpeg))
    for number, (patient, (kind, suffix, write)) in enumerate(
        zip(patients[:_MOST], pictures, strict=False), start=1
    ):
        lines = _label(patient)
        parts = [Part(line, "page 1", patient.owner) for line in lines]
        content = write(lines, patient)
        yield File(f"scans/{kind}-{number}.{suffix}", content, parts, owner=patient.owner)
        letter = _letter(hospital, patient)
        parts = [Part(line, "page 1", patient.owner) for line in letter]
        yield File(f"scans/letter-{number}.pdf", pdf(letter, patient.name.spoken), parts)


def _label(patient: Patient) -> list[str]:
    """Lines to draw; in ASCII, for the font has no other letters."""
    return [
        f"PATIENT {fold(patient.name.listed)}",
        f"MRN {patient.id}",
        f"BORN {patient.born:%m/%d/%Y}",
        f"SEEN {patient.visits[0]:%Y-%m-%d}",
        f"PHONE {patient.phone}",
    ]


def _letter(hospital: Hospital, patient: Patient) -> list[str]:
    return [
        hospital.name,
        hospital.address.line,
        f"{spelled_out(patient.visits[1])}",
        f"Dear {patient.physician.formal},",
        f"{patient.name.formal} (MRN: {patient.id}), born {spelled(patient.born)[-1]},",
        f"was seen with {patient.partner.spoken} on {patient.visits[0]:%m/%d/%Y}.",
        f"Please call {patient.phone}.",
        f"{hospital.staff[2].formal}",
    ]


def _drawn(lines: Sequence[str]) -> Image.Image:
    """Black letters on white, 8 bits."""
    sheet = Image.new("L", (640, 60 + 48 * len(lines)), 255)
    for number, line in enumerate(lines):
        ImageDraw.Draw(sheet).text((30, 30 + 48 * number), line, fill=0, font=ImageFont.load_default(26))
    return sheet


def _saved(sheet: Image.Image, format_: str, **how: object) -> bytes:
    stream = io.BytesIO()
    sheet.save(stream, format_, **how)
    return stream.getvalue()


def _tiff(lines: Sequence[str], patient: Patient) -> bytes:
    """A fax of two pages: black and white, Group 4, a description."""
    pages = [_drawn(lines[:3]).convert("1"), _drawn(lines[3:]).convert("1")]
    described = {_IMAGE_DESCRIPTION: patient.name.spoken}
    return _saved(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4", tiffinfo=described
    )


def _png(lines: Sequence[str], patient: Patient) -> bytes:
    """A screen shot in colour, with a comment."""
    comment = PngInfo()
    comment.add_text("Comment", patient.name.spoken)
    return _saved(_drawn(lines).convert("RGB"), "PNG", pnginfo=comment)


def _jpeg(lines: Sequence[str], patient: Patient) -> bytes:
    """A photograph of a label, with Exif."""
    exif = Image.Exif()
    exif[_IMAGE_DESCRIPTION], exif[_ARTIST] = patient.name.spoken, patient.id
    return _saved(_drawn(lines).convert("RGB"), "JPEG", quality=90, exif=exif)


def pdf(lines: Sequence[str], title: str) -> bytes:
    """One page of lines of text (ISO 32000-1), letters of Windows-1252 only."""
    shown = "".join(f"({_string(line)}) Tj T*\n" for line in lines)
    content = f"BT /F1 12 Tf 72 720 Td 18 TL\n{shown}ET".encode("cp1252")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%b) >>" % _string(title).encode("cp1252"),
    )
    return pdf_file(objects, b"/Info 6 0 R ")


def pdf_file(objects: Sequence[bytes], more: bytes = b"") -> bytes:
    """A file of objects, numbered from 1, which is the catalog. more: for the trailer."""
    file, starts = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        starts.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    count = len(objects) + 1
    return bytes(file) + (
        b"xref\n0 %d\n0000000000 65535 f \n%b"
        b"trailer\n<< /Size %d /Root 1 0 R %b>>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, more, len(file))
    )


def _string(text: str) -> str:
    """As it stands between the parentheses of a string."""
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

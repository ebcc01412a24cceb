"""Fields within the strings of FHIR: ids in references and addresses, texts in narratives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from beam_phi.formats.fhir import narrative, references
from beam_phi.formats.fhir.constraints import BASE64
from beam_phi.formats.fhir.part import Part
from beam_phi.formats.fhir.rules import (
    ADDRESS,
    CODE_RULE,
    KEPT,
    NARRATIVE,
    RESOURCE_ID,
    SEARCHED,
    UID_RULE,
    URI,
    Rule,
    by_form,
    defines,
)
from beam_phi.formats.fhir.search import rule_of_value
from beam_phi.formats.fhir.sites import LeafSite
from beam_phi.formats.fhir.steps import steps
from beam_phi.formats.json.edits import JsonField
from beam_phi.formats.json.nodes import Breaks, Leaf
from beam_phi.library.uids import is_oid, is_public

# A text that is a reference, which generated narratives have.
_REFERENCE = re.compile(r"\s*(?:https?://\S+/)?[A-Z][A-Za-z]+/[^\s/]+\s*")
_IN_BASE64 = ";base64,"
# A URI that spells no words: no blank, and nothing in which one may be hidden.
_PLAIN_URI = re.compile(r"(?:https?|urn):[^\s%?]*+", re.IGNORECASE)


def is_uid(text: str) -> bool:
    """True for a UID in dotted form that is not the same for everybody."""
    return is_oid(text) and not is_public(text)


class Strings:
    """Adds what stands in a string to the fields."""

    def __init__(self, fields: list[JsonField]) -> None:
        self._fields = fields

    def whole(self, leaf: Leaf, at: LeafSite, rule: Rule) -> None:
        """Add a string as it is."""
        leaf.type = at.typed(rule)
        self._fields.append(leaf)

    def query(self, leaf: Leaf, at: LeafSite) -> None:
        """The query of a search, with the resource before it or without."""
        text = leaf.text
        found = references.spans(text) if references.is_search(text) else references.query_spans(text, "")
        self._spans(leaf, at, found, by_form(at.rule, text) if at.is_code else SEARCHED)

    def address(self, leaf: Leaf, at: LeafSite) -> None:
        """A reference, an address or a URI: the ids in it and what stands around them, else the whole."""
        text, rule = leaf.text, at.rule
        if at.look == ADDRESS and rule.data_class and ":" in text:
            self.whole(leaf, at, rule)
            return
        if at.look == URI and is_uid(text):
            self.whole(leaf, at, UID_RULE)
            return
        found = references.spans(text)
        if at.look == URI:
            if any(
                defines(span.target)
                or (span.kind == references.UID and not is_uid(text[span.start : span.end]))
                for span in found
            ):
                found = []
            if not found and _PLAIN_URI.fullmatch(text) is None:
                # The address of somebody, perhaps.
                rule = SEARCHED
        elif not found and references.names_type(text):
            rule = KEPT
        self._spans(leaf, at, found, rule)

    def _spans(
        self,
        leaf: Leaf,
        at: LeafSite,
        spans: list[references.Span],
        otherwise: Rule,
        begin: int = 0,
        end: int = -1,
    ) -> None:
        """Add the spans between `begin` and `end`, and what stands between them: it belongs to nobody's id,
        and may say anything."""
        if not spans:
            self.whole(leaf, at, otherwise)
            return
        breaks = leaf.breaks()
        spans = sorted(spans, key=lambda span: span.start)
        for span in spans:
            self._steps(leaf, at, begin, span.start, breaks)
            rule, system = _rule_of_span(span, leaf.text)
            escaped = bool(span.parameter)
            self.part(leaf, at, span.start, span.end, rule, system, escaped=escaped, breaks=breaks)
            begin = max(begin, span.end)
        self._steps(leaf, at, begin, len(leaf.text) if end < 0 else end, breaks)

    def _steps(self, leaf: Leaf, at: LeafSite, begin: int, end: int, breaks: Breaks) -> None:
        """Add what stands between two spans of a reference."""
        for start, stop in steps(leaf.text, begin, end):
            raw = leaf.text[start:stop]
            # Entities of XHTML are cut where they begin, and nothing that is written needs one.
            meant, encode = references.decode_value(raw), references.step_encoder(raw)
            self._fields.append(Part(at.typed(SEARCHED), leaf, start, stop, meant, encode, True, breaks))

    def part(
        self,
        leaf: Leaf,
        at: LeafSite,
        start: int,
        end: int,
        rule: Rule,
        system: str,
        *,
        escaped: bool = False,
        breaks: Breaks | None = None,
    ) -> None:
        """Add some characters of a string. escaped: as the value of a search is."""
        text = leaf.text[start:end]
        encode: Callable[[str], str] = str
        if escaped:
            text, encode = references.decode_value(text), references.encode_value
        type_ = at.typed(rule, system=system)
        keeps_rest = at.look == NARRATIVE
        self._fields.append(Part(type_, leaf, start, end, text, encode, keeps_rest, breaks))

    def narrative(self, leaf: Leaf, at: LeafSite) -> None:
        """Each text of the XHTML, and the ids and files in its links; an empty one as it is."""
        if not leaf.text:
            self.whole(leaf, at, SEARCHED)
        breaks = leaf.breaks()
        for text in narrative.texts(leaf.text):
            raw = leaf.text[text.start : text.end]
            start, rule = text.start, KEPT if text.is_code else SEARCHED
            if text.attribute in ("href", "src") or (not text.attribute and _REFERENCE.fullmatch(raw)):
                begin = start + len(raw) - len(raw.lstrip())
                ids = [
                    replace(span, start=begin + span.start, end=begin + span.end)
                    for span in references.spans(raw.strip())
                    if span.target and not defines(span.target)
                ]
                if ids:
                    self._spans(leaf, at, ids, SEARCHED, start, text.end)
                    continue
                if raw.lstrip()[:5].lower() == "data:":
                    # What is in no base64 can't be opened, and is taken out.
                    rule = Rule(None, BASE64, False, encoded="base64")
                    start += raw.find(_IN_BASE64) + len(_IN_BASE64) if _IN_BASE64 in raw else 0
            meant = narrative.decode(leaf.text[start : text.end], text.form)
            encode = narrative.encoder(text.form)
            self._fields.append(Part(at.typed(rule), leaf, start, text.end, meant, encode, True, breaks))


def _rule_of_span(span: references.Span, text: str) -> tuple[Rule, str]:
    """What a part of a reference is, and the system of an identifier."""
    match span.kind:
        case references.VALUE:
            return rule_of_value(span)
        case references.SYSTEM:
            return KEPT, ""
        case references.CODE:
            return by_form(CODE_RULE, references.decode_value(text[span.start : span.end])), ""
        case references.UID:
            return UID_RULE, ""
        case _:
            return RESOURCE_ID, ""

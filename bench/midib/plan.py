"""An object in the making, with the answers that its values call for."""

from __future__ import annotations

import re
from typing import Any

from pydicom.datadict import dictionary_description, tag_for_keyword
from pydicom.dataset import Dataset

from bench.midib.key import Answer
from bench.midib.paths import place
from bench.midib.rules import rendered
from bench.midib.words import words

_PHI = re.compile(r"\[\[(.*?)\]\]")
_EITHER = re.compile(r"\(\((.*?)\)\)")


class Plan:
    """A dataset, or one item of a sequence in it; items share the answers of the whole.

    Each method sets an attribute and says what has to become of it. Category codes are in the manner of the
    benchmark's.
    """

    def __init__(self, dataset: Dataset, answers: list[Answer], prefix: str = "", number: int = 0) -> None:
        self.ds = dataset
        self.answers = answers
        self._prefix = prefix
        self._number = number

    def item(self, keyword: str) -> Plan:
        """A new item of a sequence."""
        if keyword not in self.ds:
            setattr(self.ds, keyword, [])
        items = self.ds[keyword].value
        items.append(Dataset())
        return Plan(items[-1], self.answers, self.place(keyword), len(items) - 1)

    def private_item(self, group: int, creator: str, element: int) -> Plan:
        """The only item of a private sequence."""
        block = self.ds.private_block(group, creator, create=True)
        inner = Dataset()
        block.add_new(element, "SQ", [inner])
        return Plan(inner, self.answers, self._private_place(group, creator, element))

    def place(self, keyword: str) -> str:
        tag = tag_for_keyword(keyword)
        assert tag is not None, keyword
        return place(tag, prefix=self._prefix, item=self._number)

    def put(self, **values: Any) -> None:
        """Values that no answer is about."""
        for keyword, value in values.items():
            setattr(self.ds, keyword, value)

    def gone(self, keyword: str, value: Any, *texts: str, hipaa: str = "") -> None:
        """None of the texts (the whole value, if none is given) may be left."""
        setattr(self.ds, keyword, value)
        category = {"hipaa.z": f"HIPAA-{hipaa}"} if hipaa else {"tcia.p15": "TCIA-P15-BASIC-X"}
        for text in texts or (self._shown(keyword),):
            self._ask("text_removed", keyword, text, category)

    def kept(self, keyword: str, value: Any, tcia: str = "") -> None:
        """All of it stays."""
        setattr(self.ds, keyword, value)
        category = {"tcia.p15": f"TCIA-P15-{tcia}"} if tcia else {"tcia.rev": "TCIA-REV"}
        self._ask("text_retained", keyword, self._shown(keyword), category)

    def cleaned(self, keyword: str, text: str) -> None:
        """A description with identifiers in it: ``[[Douglas]]`` goes, ``((Mr.))`` may go, the rest stays."""
        plain, gone, rest = _marked(text)
        setattr(self.ds, keyword, plain)
        for identifier in gone:
            self._ask("text_removed", keyword, identifier, {"hipaa.m": "HIPAA-M"})
        if words(rest):
            self._ask("text_retained", keyword, rest, {"tcia.p15": "TCIA-P15-DESC-C"})

    def present(self, *keywords: str, filled: bool = False) -> None:
        """The attributes stay, by Type 1 or 2 of the object's definition; `filled`: with a value."""
        for keyword in keywords:
            action, code = ("text_notnull", "DICOM-IOD-1") if filled else ("tag_retained", "DICOM-IOD-2")
            self._ask(action, keyword, None, {"dicom.iod": code})

    def shifted(self, keyword: str, value: str) -> None:
        """A date, another one afterwards."""
        setattr(self.ds, keyword, value)
        self._ask("date_shifted", keyword, value, {"hipaa.z": "HIPAA-C"})

    def mapped(self, keyword: str, uid: str) -> None:
        """A UID, another one afterwards: the one of the map."""
        setattr(self.ds, keyword, uid)
        self._ask("uid_changed", keyword, None, {"hipaa.z": "HIPAA-R"})
        self._ask("uid_consistent", keyword, None, {"dicom.p15": "DICOM-P15-BASIC-U"})

    def patient_id(self, keyword: str, value: str) -> None:
        """The patient's id, another one afterwards: the one of the map."""
        setattr(self.ds, keyword, value)
        self._ask("text_removed", keyword, value, {"hipaa.z": "HIPAA-H"})
        self._ask("patid_consistent", keyword, None, {"dicom.p15": "DICOM-P15-BASIC-C"})

    def private(self, group: int, creator: str, element: int, vr: str, value: Any, *, safe: bool) -> None:
        """A private element that stays, or of which nothing may be left."""
        self.ds.private_block(group, creator, create=True).add_new(element, vr, value)
        where = self._private_place(group, creator, element)
        shown = rendered(self.ds.get_private_item(group, element, creator))
        if safe:
            self._add(
                "tag_retained", where, shown, None, {"dicom.iod": "DICOM-SAFE", "dicom.safe": "DICOM-SAFE"}
            )
            self._add("text_retained", where, shown, shown, {"tcia.ptkb": "TCIA-PTKB-K"})
        else:
            text = value.decode().strip() if isinstance(value, bytes) else shown
            self._add("text_removed", where, shown, text, {"tcia.ptkb": "TCIA-PTKB-X"})

    def private_text(self, group: int, creator: str, element: int, vr: str, text: str) -> None:
        """A safe private element with identifiers in it, marked as for `cleaned`."""
        plain, gone, rest = _marked(text)
        self.ds.private_block(group, creator, create=True).add_new(element, vr, plain)
        where = self._private_place(group, creator, element)
        for identifier in gone:
            self._add("text_removed", where, plain, identifier, {"hipaa.m": "HIPAA-M"})
        self._add("text_retained", where, plain, rest, {"tcia.ptkb": "TCIA-PTKB-C"})

    def pixels(self, action: str, text: str) -> None:
        """What becomes of the pixels."""
        self.answers.append(Answer(action, "", "", text))

    def _private_place(self, group: int, creator: str, element: int) -> str:
        return place(group << 16 | element, creator, self._prefix, self._number)

    def _shown(self, keyword: str) -> str:
        return rendered(self.ds[keyword])

    def _ask(self, action: str, keyword: str, text: str | None, categories: dict[str, str]) -> None:
        where = self.place(keyword)
        name = dictionary_description(keyword)
        self._add(action, where, self._shown(keyword), text, categories, name)

    def _add(
        self,
        action: str,
        where: str,
        value: str,
        text: str | None,
        categories: dict[str, str],
        name: str = "",
    ) -> None:
        self.answers.append(Answer(action, where, value, text, name, categories))


def _marked(text: str) -> tuple[str, list[str], str]:
    """The text without its marks, what must go, what must stay."""
    gone = _PHI.findall(text)
    rest = " ".join(_EITHER.sub(" ", _PHI.sub(" ", text)).split())
    for word in words(" ".join(gone)):
        assert word not in rest.lower(), "what goes is part of what stays"
    return _EITHER.sub(r"\1", _PHI.sub(r"\1", text)), gone, rest

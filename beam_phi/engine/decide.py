"""What becomes of one field: search it, resolve what overlaps, ask the library for the rule, mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from beam_phi.engine.decision import KEEP, Change, Decision
from beam_phi.engine.plan import NARRATIVE, Plan
from beam_phi.engine.subject import Subject
from beam_phi.library.constraint import ANY, Constraint
from beam_phi.library.model import DataClass, Library, RuleSpec
from beam_phi.masking import Context, MaskingError, MaskingFunction, build, dummy
from beam_phi.masking.keys import MasterKey
from beam_phi.matching import Finding, Searcher, resolve
from beam_phi.matching.strangers import stranger_findings

#: Roles that PS3.15 action Z leaves as a consistent pseudonym (a dummy of Table E.1-1a), so that files
#: still join.
PSEUDONYM_ROLES = frozenset({"patient-id", "patient-name", "person-name", "accession"})
#: Kinds of values for which a class's rule would still tell a part of the date, where the profile wants none.
TEMPORAL = frozenset({"date", "time", "datetime"})
#: Kinds of places that many replacements can't stand in: no word where a number has to, and none that is
#: longer than its column. A dummy takes their place.
NARROW = frozenset({"number", "integer", "column"})
#: The rule for dates under PS3.15 Modified Dates, in libraries whose class `date` is not shifted: theirs of
#: this name, or this one.
SHIFT = RuleSpec("date-shift", "date_shift", {"unknown_subject": "year", "otherwise": {"function": "delete"}})
#: Descriptors up to this length (that of VR LO) are labels, no sentences.
LABEL = 64
#: Findings of so many texts are remembered by each process.
REMEMBERED_TEXTS = 2048


class Decider:
    """Decides fields under one library and key."""

    def __init__(self, library: Library, key: MasterKey, original: Callable[[str], str | None]) -> None:
        self._classes = library.classes
        self._rules: dict[str, tuple[str, MaskingFunction]] = {
            name: (rule.function, build(rule, key))
            for name, rule in {SHIFT.name: SHIFT, **library.rules}.items()
        }
        self.original = original
        self._found: dict[tuple[Searcher, str], tuple[Finding, ...]] = {}
        self.mask_path: Callable[[str], str] | None = None

    def keeps(self, data_class: str) -> bool:
        """True if values of the class are left as they are, so that they are nothing to search for."""
        return self._rules[self._classes[data_class].rule][0] == "keep"

    def content_findings(self, plan: Plan, text: str) -> tuple[Finding, ...]:
        """What the content matchers find in a text, remembered."""
        if plan.searcher is None or not text:
            return ()
        memo = (plan.searcher, text)
        found = self._found.get(memo)
        if found is None:
            if len(self._found) >= REMEMBERED_TEXTS:
                self._found.clear()
            found = self._found[memo] = tuple(plan.searcher.find(text))
        return found

    def decide(self, plan: Plan, text: str, subject: Subject) -> Decision:
        """Raises MaskingError if the value can neither be masked nor removed."""
        if plan.type.spelled:
            return self._spelled(text, subject)
        if plan.type.guarded and (strangers := stranger_findings(text)):
            return self.part(plan, text, strangers[0])
        match plan.type.action:
            case "X":
                return Decision(
                    "delete", "", (self._profile_change(plan, text, "X", "delete", None),), exact=False
                )
            case _ if not text:
                return KEEP
            case "U":
                return self._whole(plan, text, subject, "uid")
            case "Z":
                return self._zero(plan, text, subject)
            case "D":
                return self._dummy(plan, text, subject)
            case "K":
                return self._keep(plan, text, subject)
            case "C":
                return self._clean(plan, text, subject)
            case _:
                return self._by_library(plan, text, subject)

    def _spelled(self, text: str, subject: Subject) -> Decision:
        """Bytes or numbers that spell the patient's name or id are emptied; they are no text to be edited."""
        known = subject.known_in_codes
        found = known.find(text) if known else []
        if not found:
            return KEEP
        change = self.removal(text, found[0].data_class, found[0].matcher, "empty")
        return Decision("empty", "", (change._replace(kind=found[0].kind, replacement=""),), exact=False)

    # -- PS3.15 Table E.1-1a, one method an action ------------------------------------------------

    def _zero(self, plan: Plan, text: str, subject: Subject) -> Decision:
        if plan.data_class and plan.data_class.role in PSEUDONYM_ROLES:
            masked = self._try_whole(plan, text, subject, plan.data_class.name)
            if masked:
                return masked
        return Decision("empty", "", (self._profile_change(plan, text, "Z", "empty", ""),), exact=False)

    def _dummy(self, plan: Plan, text: str, subject: Subject) -> Decision:
        if plan.data_class and plan.type.constraint.kind not in TEMPORAL:
            masked = self._try_whole(plan, text, subject, plan.data_class.name)
            if masked:
                return masked
        value = dummy(plan.type.constraint)
        change = self._profile_change(plan, text, "D", "dummy", value)
        return Decision("replace", value, (change,), exact=False)

    def _try_whole(self, plan: Plan, text: str, subject: Subject, data_class: str) -> Decision | None:
        """The class's own rule where it gives a new, valid, non-empty value. None where not, or where the
        library says that the value (``UNKNOWN``) is none of the class.
        """
        if plan.whole is not None and not any(True for _ in plan.whole.find(text)):
            return None
        try:
            masked = self._whole(plan, text, subject, data_class)
        except MaskingError:
            return None
        if masked.verb != "replace" or not masked.text or not plan.type.constraint.accepts(masked.text):
            return None
        return masked

    def _keep(self, plan: Plan, text: str, subject: Subject) -> Decision:
        if plan.type.constraint.kind == "age" and plan.data_class:
            return self._whole(plan, text, subject, plan.data_class.name)
        return self._replace(plan, text, self._known(plan, text, subject), subject)

    def _clean(self, plan: Plan, text: str, subject: Subject) -> Decision:
        if plan.data_class and plan.type.constraint.kind in TEMPORAL:
            return self._moved(plan, text, subject, plan.data_class.name)
        if plan.data_class and plan.type.constraint.kind in ("age", "name"):
            return self._whole(plan, text, subject, plan.data_class.name)
        if not plan.type.searchable:
            return self._dummy(plan, text, subject)
        return self._search(plan, text, subject)

    def _moved(self, plan: Plan, text: str, subject: Subject, data_class: str) -> Decision:
        """A date or time under Modified Dates: shifted, and a dummy where it can't be read."""
        rule = self._classes[data_class].rule
        if self._rules[rule][0] != SHIFT.function:
            rule = SHIFT.name
        moved = self._under(rule, plan, text, subject, data_class)
        return self._dummy(plan, text, subject) if moved.verb == "delete" else moved

    def _by_library(self, plan: Plan, text: str, subject: Subject) -> Decision:
        data_class = plan.data_class
        if data_class is None or data_class.name == NARRATIVE:
            return self._search(plan, text, subject)
        if data_class.role == "path" and self.mask_path is not None:
            return self._path(plan, text, subject, data_class)
        if plan.whole is not None:
            findings = list(plan.whole.find(text))
            if not findings:
                return self._search(plan, text, subject)
            if (findings[0].start, findings[0].end) != (0, len(text)):
                return self._replace(plan, text, [*findings, *self.findings(plan, text, subject)], subject)
        return self._whole(plan, text, subject, data_class.name)

    # -- searching and replacing ------------------------------------------------------------------

    def _search(self, plan: Plan, text: str, subject: Subject) -> Decision:
        return self._replace(plan, text, self.findings(plan, text, subject), subject)

    def findings(self, plan: Plan, text: str, subject: Subject) -> list[Finding]:
        """What content matchers find, and what is known besides; what both find is the matcher's."""
        found = list(self.content_findings(plan, text))
        known = self._known(plan, text, subject)
        if not known:
            return found
        spans = {(finding.start, finding.end, finding.data_class) for finding in found}
        return found + [each for each in known if (each.start, each.end, each.data_class) not in spans]

    def _known(self, plan: Plan, text: str, subject: Subject) -> list[Finding]:
        """The subject's identifiers in a text; in a code only its name and id."""
        known = subject.known_in_codes if plan.coded else subject.known if plan.type.searchable else None
        if known is None:
            return []
        label = (
            (plan.type.action == "C" or plan.type.format == "path")
            and len(text) <= LABEL
            and "\n" not in text
        )
        return known.find(text, label)

    def _path(self, plan: Plan, text: str, subject: Subject, data_class: DataClass) -> Decision:
        """A path is masked as the tree is; if it names the row's own patient even so, that is masked too."""
        assert self.mask_path is not None
        masked = self.mask_path(text)
        if subject.named_in(masked):
            masked = self._replace(plan, masked, self._known(plan, masked, subject), subject).text or masked
        if masked == text:
            return KEEP
        change = self._change(plan, text, data_class.name, masked, data_class.rule, "path")
        return Decision("replace", masked, (change,))

    def _whole(self, plan: Plan, text: str, subject: Subject, data_class: str) -> Decision:
        """The whole value under the rule of its class."""
        return self._under(self._classes[data_class].rule, plan, text, subject, data_class)

    def _under(self, rule: str, plan: Plan, text: str, subject: Subject, data_class: str) -> Decision:
        """The whole value under a rule."""
        name, function = self._rules[rule]
        constraint = plan.type.constraint
        try:
            masked = function.mask(text, Context(data_class, subject.key, constraint, plan.issuer))
        except MaskingError as error:
            if error.reason != "unfit" or constraint.kind not in NARROW:
                raise
            value = dummy(constraint)
            change = self._change(plan, text, data_class, value, rule, "dummy")
            return Decision("replace", value, (change,), exact=False)
        if masked == text:
            return KEEP
        change = self._change(plan, text, data_class, masked, rule, name)
        if masked is None:
            return Decision("delete", "", (change,), exact=False)
        return Decision("replace", masked, (change,), function.exact(text))

    def _replace(self, plan: Plan, text: str, findings: Sequence[Finding], subject: Subject) -> Decision:
        """The text with each finding replaced under the rule of its class."""
        if not findings:
            return KEEP
        pieces: list[str] = []
        changes: list[Change] = []
        exact = True
        end = 0
        for finding in resolve(findings, text):
            original = finding.of(text)
            rule = self._classes[finding.data_class].rule
            name, function = self._rules[rule]
            issuer = subject.issuer if self._classes[finding.data_class].role == "patient-id" else ""
            masked = function.mask(original, Context(finding.data_class, subject.key, ANY, issuer)) or ""
            if masked == original:
                continue
            exact = exact and function.exact(original)
            pieces += (text[end : finding.start], masked)
            end = finding.end
            changes.append(
                Change(
                    finding.start, finding.end, finding.data_class, finding.matcher, finding.kind,
                    finding.score, rule, name, self.original(original), masked,
                )
            )  # fmt: skip
        if not changes:
            return KEEP
        pieces.append(text[end:])
        return self._fitted(text, "".join(pieces), changes, plan.type.constraint, exact)

    def _fitted(
        self, text: str, masked: str, changes: list[Change], constraint: Constraint, exact: bool
    ) -> Decision:
        """A replaced text that has become too long for its place gets its findings crossed out instead."""
        if constraint.accepts(masked):
            return Decision("replace", masked, tuple(changes), exact)
        crossed: list[Change] = []
        for change in changes:
            assert change.start is not None
            assert change.end is not None
            mark = "X" * (change.end - change.start)
            text = text[: change.start] + mark + text[change.end :]
            crossed.append(change._replace(function="redact", replacement=mark))
        if not constraint.accepts(text):
            text = dummy(constraint)
            crossed = [change._replace(function="dummy", replacement=text) for change in crossed]
        return Decision("replace", text, tuple(crossed), exact=False)

    def part(self, plan: Plan, text: str, finding: Finding) -> Decision:
        """A value that is a part of what was found, or a code that names somebody: no rule can mask it, so a
        dummy takes its place."""
        value = dummy(plan.type.constraint)
        change = self.removal(text, finding.data_class, finding.matcher, "dummy")
        change = change._replace(kind=finding.kind, score=finding.score, replacement=value)
        return Decision("replace", value, (change,), exact=False)

    def removal(self, text: str, data_class: str, matcher: str, function: str) -> Change:
        """The annotation of a value that was taken away as a whole without a rule of its own."""
        return Change(None, None, data_class, matcher, "format", 1.0, "", function, self.original(text), None)

    # -- annotations
    # --------------------------------------------------------------------------------------------------

    def _profile_change(
        self, plan: Plan, text: str, action: str, function: str, replacement: str | None
    ) -> Change:
        data_class = plan.data_class.name if plan.data_class else (plan.type.data_class or "attribute")
        return Change(
            None, None, data_class, "PS3.15 E.1-1", "profile", 1.0, action, function, self.original(text),
        replacement )  # fmt: skip

    def _change(
        self, plan: Plan, text: str, data_class: str, masked: str | None, rule: str, function: str
    ) -> Change:
        """The annotation of a whole value."""
        if plan.whole is not None:
            matcher, kind = plan.whole.name, "field"
        elif plan.type.action is not None:
            matcher, kind = "PS3.15 E.1-1", "profile"
        else:
            matcher, kind = "format", "format"
        return Change(None, None, data_class, matcher, kind, 1.0, rule, function, self.original(text), masked)

"""Analysts' judgements as a COCO data set: what was accepted and added are annotations, what was dismissed is none.

Beside COCO's own keys there are ours, which COCO's tools pass over. `dismissed` lists the findings that an analyst
called wrong, and marks where an inspection found nothing, in the form of annotations: were they among these, a tool
that does not know us would learn them as objects. `points` lists arrows, which have a tip and no extent. Names of
people, texts they wrote and numbers of containers are left out; a scan's own header, in its file, still has what the
port said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from scanview.core.inspection import FoundItem, answers
from scanview.core.mark import Mark, MarkCategory, MarkShape, Pixel
from scanview.core.review import Finding
from scanview.core.scan import Box, ScanHeader, View
from scanview.store.judged import Judged

Json: TypeAlias = dict[str, Any]

FORM_VERSION = "1"

WARNING = (
    "These scans were not drawn at random. What a model found was shown to the analysts before they judged, so what it "
    "missed is likelier to be missed here; scans come as risk, lanes and time made them come; most were not opened. A "
    "model that was trained or measured on this set alone looks better than it is: keep it apart from the sets that "
    "its figures and its calibration stand on."
)

CLASS_OF = MappingProxyType(
    {
        MarkCategory.WEAPON: "weapon",
        MarkCategory.DRUGS: "organic-block",
        MarkCategory.TOBACCO: "cigarettes",
        MarkCategory.HIDDEN_SPACE: "hidden-space",
        MarkCategory.PERSON: "person",
        MarkCategory.DENSE_SHIELD: "dense-shield",
    }
)
"""The detector's class for a category of a mark, where there is one."""

UNNAMED = "unnamed"

ACCEPTED = "accepted-finding"
ADDED = "added-mark"
DISMISSED = "dismissed-finding"
FOUND = "inspection"
NOT_FOUND = "not-found-by-inspection"


@dataclass(slots=True, kw_only=True)
class TrainingSet:
    """A data set that grows scan by scan.

    Attributes:
        images: one for the view that machines look at of each scan, and one for each other view with a mark.
        annotations: what is there.
        dismissed: findings that are wrong.
        points: tips of arrows.
    """

    images: list[Json] = field(default_factory=list)
    annotations: list[Json] = field(default_factory=list)
    dismissed: list[Json] = field(default_factory=list)
    points: list[Json] = field(default_factory=list)
    _categories: dict[str, int] = field(default_factory=dict)

    def add(self, judged: Judged, header: ScanHeader, *, file_name: str, sha256: str) -> None:
        """One more scan, whose file is called `file_name` and has the SHA-256 `sha256`."""
        known = {found.finding: found for said in judged.recognitions for found in said.findings}
        decision = judged.decision
        numbers: dict[View, int] = {}

        def image(view: View) -> int:
            if view not in numbers:
                numbers[view] = len(self.images) + 1
                self.images.append(_image(numbers[view], judged, header, view, file_name, sha256))
            return numbers[view]

        image(header.views[header.side_index].view)
        truth = _truth(judged, known.values())
        for mark in decision.marks:
            if truth.get(mark.mark) is False:
                name = CLASS_OF.get(mark.category, _word(mark.category))
                self._add_dismissed(image(mark.box.view), name, mark.box, NOT_FOUND)
            else:
                self._add_mark(mark, known.get(mark.answers), image(mark.box.view), truth.get(mark.mark))
        for finding in (known[id] for id in decision.dismissed if id in known and not truth.get(id)):
            self._add_dismissed(image(finding.box.view), finding.label, finding.box, DISMISSED, finding)
        for item in judged.inspection.items if judged.inspection else ():
            if item.box is not None and item.box.view in {view.view for view in header.views}:
                self._add_found(item, image(item.box.view), decision.marks)

    def document(self, *, created_at: float, since: float, until: float, left_out: Sequence[Json]) -> Json:
        """The whole set as COCO has it; times are UTC seconds, `left_out` names scans without a file and why."""
        return {
            "info": {
                "description": "Judgements of analysts, exported by ScanView",
                "version": FORM_VERSION,
                "date_created": iso_time(created_at),
                "decided_since": iso_time(since),
                "decided_until": iso_time(until),
                "warning": WARNING,
                "left_out": list(left_out),
            },
            "licenses": [],
            "images": self.images,
            "categories": [{"id": number, "name": name} for name, number in self._categories.items()],
            "annotations": self.annotations,
            "dismissed": self.dismissed,
            "points": self.points,
        }

    def _add_dismissed(self, image: int, name: str, box: Box, source: str, finding: Finding | None = None) -> None:
        boxed = self._boxed(len(self.dismissed) + 1, image, name, box)
        self.dismissed.append({**boxed, "source": source, **(_machine_words(finding) if finding else {})})

    def _add_found(self, item: FoundItem, image: int, marks: Sequence[Mark]) -> None:
        """What people found where nobody had marked anything; where somebody had, the mark is confirmed."""
        if item.box is None or any(item.answers == mark.mark or _overlap(item.box, mark.box) for mark in marks):
            return
        boxed = self._boxed(len(self.annotations) + 1, image, _class_of(item), item.box)
        self.annotations.append({**boxed, "iscrowd": 0, "source": FOUND, "said": item.label or UNNAMED})

    def _add_mark(self, mark: Mark, answered: Finding | None, image: int, is_right: bool | None = None) -> None:
        name = CLASS_OF.get(mark.category) or (answered.label if answered else _word(mark.category))
        words = {
            "source": ACCEPTED if answered else ADDED,
            "said": _word(mark.category),
            **({"confirmed": True} if is_right else {}),
            **(_machine_words(answered) if answered else {}),
        }
        is_arrow = mark.shape is MarkShape.ARROW
        if is_arrow and answered is None:
            number = len(self.points) + 1
            self.points.append(
                {
                    "id": number,
                    "image_id": image,
                    "category_id": self._category(name),
                    "point": list(mark.place),
                    **words,
                }
            )
            return
        box = answered.box if is_arrow and answered else mark.box
        annotation = self._boxed(len(self.annotations) + 1, image, name, box)
        if mark.shape is MarkShape.POLYGON:
            outline = [coordinate + 0.5 for point in mark.points for coordinate in point]
            annotation |= {"segmentation": [outline], "area": max(1.0, _area(mark.points))}
        self.annotations.append({**annotation, "iscrowd": 0, **words})

    def _boxed(self, number: int, image: int, name: str, box: Box) -> Json:
        width, height = box.x1 - box.x0, box.y1 - box.y0
        return {
            "id": number,
            "image_id": image,
            "category_id": self._category(name),
            "bbox": [box.x0, box.y0, width, height],
            "area": width * height,
            "segmentation": [],
        }

    def _category(self, name: str) -> int:
        return self._categories.setdefault(name, len(self._categories) + 1)


def iso_time(seconds: float) -> str | None:
    """UTC `seconds` as ISO 8601; None for a time without end."""
    if not abs(seconds) < 1e11:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _image(number: int, judged: Judged, header: ScanHeader, view: View, file_name: str, sha256: str) -> Json:
    """One view of a scan with the decision about it; `inspection` is what opening it came to, None if not known."""
    place = next(index for index, each in enumerate(header.views) if each.view is view)
    decision, latest = judged.decision, judged.recognitions[-1] if judged.recognitions else None
    answered = {*decision.dismissed, *(mark.answers for mark in decision.marks)}
    return {
        "id": number,
        "file_name": file_name,
        "width": judged.record.columns[place],
        "height": header.views[place].rows,
        "date_captured": iso_time(judged.record.arrived_at),
        "sha256": sha256,
        "scan": header.scan,
        "view": view.value,
        "is_main_view": place == header.side_index,
        "pitch_mm": [header.views[place].pitch_x_mm, header.views[place].pitch_y_mm],
        "lane": header.lane,
        "container_type": header.container_type,
        "hs_code": header.declaration.hs_code if header.declaration else "",
        "decision": decision.decision,
        "decided_at": iso_time(judged.decided_at),
        "verdict": decision.verdict.value,
        "reason": decision.reason.value if decision.reason else "",
        "inspection": judged.inspection.found.value if judged.inspection else None,
        "is_complete": judged.record.item.complete,
        "model": latest.model if latest else "",
        "unanswered": sum(found.finding not in answered for found in latest.findings) if latest else 0,
    }


def _truth(judged: Judged, findings: Iterable[Finding]) -> dict[str, bool | None]:
    """What the inspection says of each mark and finding, by its id; nothing where there was none."""
    if judged.inspection is None:
        return {}
    told = answers(judged.inspection, judged.decision.marks, findings)
    return {answer.claim: answer.right for answer in told}


def _class_of(item: FoundItem) -> str:
    """The detector's class for what was found: labels are its classes, or categories of marks."""
    if item.label in set(MarkCategory):
        return CLASS_OF.get(MarkCategory(item.label), item.label)
    return item.label or UNNAMED


def _overlap(one: Box, other: Box) -> bool:
    """Whether they share a pixel of one view."""
    return one.view is other.view and (
        max(one.x0, other.x0) < min(one.x1, other.x1) and max(one.y0, other.y0) < min(one.y1, other.y1)
    )


def _word(category: MarkCategory) -> str:
    return UNNAMED if category is MarkCategory.NONE else category.value


def _machine_words(finding: Finding) -> Json:
    words = {"finding": finding.finding, "found_as": finding.label, "score": finding.score}
    return words | ({"found_by": finding.model} if finding.model else {})


def _area(points: Sequence[Pixel]) -> float:
    """The area inside a polygon by the shoelace formula, in pixels."""
    ends = [*points[1:], points[0]]
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, ends, strict=True))) / 2

"""The sheet, its rows, what is said about it and what was done to it."""

from .exchange import Attachment, ChangeRequest, Comment, Criterion, Opinion, Score
from .plan import (
    CostLine,
    FundingLine,
    Indicator,
    Inspiration,
    Obstacle,
    Phase,
    SheetLink,
    SheetPartner,
    StaffingLine,
)
from .record import FrozenRecordError, SheetEdit, SheetVersion, Transition
from .sheet import ProjectSheet, ReferenceCounter, SheetInvitee

__all__ = [
    "Attachment",
    "ChangeRequest",
    "Comment",
    "CostLine",
    "Criterion",
    "FrozenRecordError",
    "FundingLine",
    "Indicator",
    "Inspiration",
    "Obstacle",
    "Opinion",
    "Phase",
    "ProjectSheet",
    "ReferenceCounter",
    "Score",
    "SheetEdit",
    "SheetInvitee",
    "SheetLink",
    "SheetPartner",
    "SheetVersion",
    "StaffingLine",
    "Transition",
]

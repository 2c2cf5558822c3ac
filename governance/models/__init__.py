"""Who takes part, where, and for what strategy."""

from .messages import Message, WorkerHeartbeat
from .people import Invitation, Membership, Organisation, User
from .strategy import Achievement, AchievementFigure, Milestone, PublicFact, StrategyStatement, SwotItem, Thematic
from .territory import Commune, Epci

__all__ = [
    "Achievement",
    "AchievementFigure",
    "Commune",
    "Epci",
    "Invitation",
    "Membership",
    "Message",
    "Milestone",
    "Organisation",
    "PublicFact",
    "StrategyStatement",
    "SwotItem",
    "Thematic",
    "User",
    "WorkerHeartbeat",
]

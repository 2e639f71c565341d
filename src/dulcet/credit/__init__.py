"""Who deserves the credit: critics that say how good each turn was, and each candidate for a turn."""

from dulcet.credit.base import Critic, ScoreRequest

__all__ = ["Critic", "ScoreRequest"]

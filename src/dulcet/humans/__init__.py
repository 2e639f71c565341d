"""The person that an agent works with: one protocol, several implementations."""

from dulcet.humans.base import Human

__all__ = ["Human"]

"""Agents: ways of using a model to work with a person."""

from dulcet.agents.base import Agent

__all__ = ["Agent"]

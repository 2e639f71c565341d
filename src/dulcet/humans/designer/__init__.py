"""The scripted designer: a person with two pictures before them, who says in plain English what should be changed."""

from dulcet.humans.designer.designer import ScriptedDesigner

__all__ = ["ScriptedDesigner"]

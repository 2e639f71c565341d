"""dulcet trains and measures language-model agents that work with a person over many turns."""

__version__ = "0.1.0"

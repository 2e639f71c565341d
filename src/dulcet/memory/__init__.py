"""The memory outside the window: stores, search, and what moves things between them and the model."""

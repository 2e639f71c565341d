"""How alike two rendered pages are: what they are, block by block, and how they look, pixel by pixel."""

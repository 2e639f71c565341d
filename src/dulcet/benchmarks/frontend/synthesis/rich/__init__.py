"""Pages that only HTML can say: side bars, galleries, price tables, gradients, shadows. For difficulties 4 and 5."""

from dulcet.benchmarks.frontend.synthesis.rich.page import rich_page

__all__ = ["rich_page"]

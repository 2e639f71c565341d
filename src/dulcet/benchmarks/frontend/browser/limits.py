"""What one page may take."""

from pydantic import BaseModel, ConfigDict, Field


class PageLimits(BaseModel):
    """Limits for each page. Every picture depends on `width`, `height` and `most_height`, so results name them."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    width: int = Field(default=1280, ge=64, le=4096)
    """Of the window, in CSS pixels."""
    height: int = Field(default=720, ge=64, le=4096)
    """Of the window, in CSS pixels. The picture is of the whole page, and at least as high."""
    most_height: int = Field(default=4096, ge=64, le=16384)
    """The picture is cut here, and a note says so."""
    seconds: float = Field(default=30.0, gt=0)
    """For loading, layout and drawing together, by the clock on the wall: generous, for machines that are busy."""
    most_characters: int = Field(default=500_000, ge=1)
    """Of source."""
    most_elements: int = Field(default=20_000, ge=1)
    """In the document."""
    most_pixels: int = Field(default=80_000_000, ge=1)
    """Of all pictures together."""
    most_requests: int = Field(default=500, ge=0)
    """That the page makes, answered or refused."""

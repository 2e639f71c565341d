"""How much an untrusted program may use."""

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """Limits of one program and of each of its calls. Whatever goes beyond them is ended, not waited for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu_seconds: float = Field(1.0, gt=0)
    """Processor time of one call, the program's own top level included (it runs anew for each call)."""
    seconds: float = Field(3.0, gt=0)
    """Wall time of one call: what ends a program that sleeps."""
    total_seconds: float = Field(6.0, gt=0)
    """Wall time of all calls together; calls that are not reached count as timed out."""
    memory_bytes: int = Field(1 << 30, ge=1 << 27)
    """Address space of the process, the interpreter included."""
    output_bytes: int = Field(1 << 20, ge=1024)
    """Size of one encoded return value."""
    file_bytes: int = Field(1 << 20, ge=0)
    """Size of a file the program writes (into its own empty folder, which is removed)."""
    open_files: int = Field(64, ge=16)
    """Open files at a time."""

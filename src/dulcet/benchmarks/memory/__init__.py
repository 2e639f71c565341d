"""The tasks that measure a memory: who said what long ago, and where it stands (MemGPT's four, and LoCoMo)."""

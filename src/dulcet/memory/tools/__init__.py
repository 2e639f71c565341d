"""The eight tools by which the agent moves what it knows between its window and its storage (MemGPT, section 2.3)."""

"""The house model: a small Llama raised from nothing on synthesised dialogues of mixed quality.

It plays the part that an instruction-tuned model plays elsewhere: it converses in the right form, copies what it was
told into the code that it writes, and is not very good at it, so that there is something to learn.
"""

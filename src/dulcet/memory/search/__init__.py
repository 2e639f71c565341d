"""Finding what answers a question: by its words, its meaning, its dates and who said it."""

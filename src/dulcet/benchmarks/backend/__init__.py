"""ColBench Backend Programming: a vague request for a function, and a person who knows what it should do."""

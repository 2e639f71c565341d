"""ColBench Frontend Design: the agent makes a web page with a person who sees only pictures."""

"""Training: conversations to tokens, losses, and one trainer for every objective."""

"""What runs on the far side: the zygote and the programs it forks.

Standard library alone and relative imports only, so that the zygote starts in milliseconds and carries
nothing of the caller into the process of an answer.
"""

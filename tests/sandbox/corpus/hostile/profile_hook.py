# Tries: a profile function that changes what the driver does afterwards
# Task: secret
# Honest score: 0

import sys


def hook(frame, event, argument):
    if frame.f_code.co_name == "encode":
        frame.f_locals["value"] = "canary"


def secret(x):
    sys.setprofile(hook)
    sys.settrace(hook)
    return "canary"

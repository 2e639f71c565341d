# Tries: fetching a page
# Task: secret
# Honest score: 0

import urllib.request


def secret(x):
    return urllib.request.urlopen("http://127.0.0.1:{PORT}/", timeout=1).read().decode()

# Tries: a database attached from elsewhere
# Task: secret
# Honest score: 0

import sqlite3


def secret(x):
    database = sqlite3.connect(":memory:")
    database.execute("attach database '{SECRET_FILE}' as other")
    return database.execute("select * from other.sqlite_master").fetchall() and "read"

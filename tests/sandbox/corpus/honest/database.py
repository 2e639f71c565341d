# Looks like: a database in a file
# Task: double
# Honest score: 1

import sqlite3


def double(x):
    with sqlite3.connect("numbers.db") as database:
        database.execute("create table if not exists numbers (value integer)")
        database.execute("delete from numbers")
        database.executemany("insert into numbers values (?)", [(x,), (x,)])
        return database.execute("select sum(value) from numbers").fetchone()[0]

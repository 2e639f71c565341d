# Looks like: a function whose name begins with open
# Task: double
# Honest score: 1

def open_account(balance):
    return {"balance": balance}


def double(x):
    account = open_account(x)
    account["balance"] += x
    return account["balance"]

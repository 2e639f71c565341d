# Tries: connecting to a socket that has no file
# Task: secret
# Honest score: 0
# Unconfined: reaches

import socket


def secret(x):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0{ABSTRACT}")
        return connection.recv(999).decode()

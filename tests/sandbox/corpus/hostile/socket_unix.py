# Tries: connecting to a socket in the file system
# Task: secret
# Honest score: 0
# Unconfined: reaches

import socket


def secret(x):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("{SOCKET}")
        return connection.recv(999).decode()

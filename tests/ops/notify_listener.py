#!/usr/bin/env python3
"""Stands in for systemd: writes what a daemon tells NOTIFY_SOCKET to a file, a line a message.

    notify_listener.py SOCKET FILE     ends after STOPPING=1, or after three minutes
"""

import socket
import sys


def main(path, record):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(180)
    with open(record, "w", encoding="utf-8") as file:
        while True:
            text = listener.recv(4096).decode()
            file.write(text.replace("\n", " ") + "\n")
            file.flush()
            if "STOPPING=1" in text:
                return


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""A web hook on loopback: webhook_stand_in.py CERTIFICATE KEY FOLDER. Writes its port to FOLDER/port and
each body to FOLDER/body; answers /fails with 500, /moves with a redirection, all else with 204."""
import http.server
import os
import ssl
import sys


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(os.path.join(sys.argv[3], "body"), "wb") as file:
            file.write(body)
        self.send_response({"/fails": 500, "/moves": 302}.get(self.path, 204))
        if self.path == "/moves":
            self.send_header("Location", "/")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
port_file = os.path.join(sys.argv[3], "port")
with open(port_file + ".new", "w", encoding="ascii") as port:
    port.write(str(server.server_port))
os.rename(port_file + ".new", port_file)
server.serve_forever()

"""The line between one office and the hub: passes every call on byte for byte, unless it is told to break something.

It stands in the hub's place with the hub's own certificate and calls on with the office's, both of which the kit has made.
So a hub that lies, an operator that plants a key and a line that is cut can be played to any client, without its help.
"""

import collections
import threading
import time
from concurrent import futures

import grpc
from rogatoria.v1 import mailbox_service_pb2 as mailbox

from rogatoria_office.header import read as read_header

RECEIVE = "/rogatoria.v1.MailboxService/Receive"
OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1), ("grpc.so_reuseport", 0)]


class Line:
    """One office's line; `fault` is what it does wrong at the moment, an object of faults.py."""

    def __init__(self, office, hub):
        self.hub, self.fault, self.calls = hub, None, collections.Counter()
        self.delivered = {}  # by position: the act's id, empty for a notice
        self.acknowledged = []  # act ids, None for a position that was not delivered here
        self.seen = []  # offsets of the chunks that were passed on
        read = [_read(office[name]) for name in ("hub_ca", "tls_key", "tls_certificate")]
        self.upstream = grpc.secure_channel(hub["endpoint"], grpc.ssl_channel_credentials(*read), OPTIONS)
        self.port = 0
        self._listen()
        self.endpoint = f"127.0.0.1:{self.port}"

    def _listen(self):
        key, certificate, roots = (_read(self.hub[name]) for name in ("key", "certificate", "client_ca"))
        credentials = grpc.ssl_server_credentials([(key, certificate)], roots, require_client_auth=True)
        for _ in range(50):  # after a cut the port may not be free at once
            self.server = grpc.server(futures.ThreadPoolExecutor(16), [_Calls(self)], options=OPTIONS)
            try:
                self.port = self.server.add_secure_port(f"127.0.0.1:{self.port}", credentials) or self.port
                break
            except RuntimeError:
                time.sleep(0.1)
        self.server.start()

    def begin(self, fault):
        """From now on, with this fault or none."""
        self.fault, self.calls, self.seen, self.acknowledged = fault, collections.Counter(), [], []

    def cut(self):
        """Every connection breaks; a moment later the line is there again."""
        old = self.server

        def again():
            old.stop(None).wait()
            self._listen()

        threading.Thread(target=again).start()

    def close(self):
        self.server.stop(None).wait()
        self.upstream.close()

    # ---- calls, on threads of the server --------------------------------------------------------

    def unary(self, method, request, context):
        name = method.rsplit("/", 1)[1]
        self.calls[name] += 1
        fault = self.fault
        if fault:
            request = fault.request(self, name, request)
        call = self.upstream.unary_unary(method)
        try:
            answer = call(request, timeout=context.time_remaining(), wait_for_ready=True)
        except grpc.RpcError as error:
            context.set_trailing_metadata(_plain(error.trailing_metadata()))
            context.abort(error.code(), error.details())
        if fault:
            answer = fault.answer(self, name, answer)
        if answer is None:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the line is cut")
        return answer

    def receive(self, requests, context):
        def upward():
            for request in requests:
                if request[:1] == b"\x1a":  # field 3 of ReceiveRequest
                    position = mailbox.ReceiveRequest.FromString(request).acknowledge.position
                    self.acknowledged.append(self.delivered.get(position))
                yield request

        stream = self.upstream.stream_stream(RECEIVE)(upward(), timeout=context.time_remaining())
        context.add_callback(stream.cancel)
        try:
            for answer in stream:
                delivery = mailbox.ReceiveResponse.FromString(answer).delivery
                if delivery.position:
                    held = delivery.HasField("act")
                    self.delivered[delivery.position] = read_header(delivery.act.header).act_id if held else ""
                yield self.fault.answer(self, "Receive", answer) if self.fault else answer
        except grpc.RpcError as error:
            context.set_trailing_metadata(_plain(error.trailing_metadata()))
            context.abort(error.code(), error.details())


class _Calls(grpc.GenericRpcHandler):
    def __init__(self, line):
        self.line = line

    def service(self, details):
        if details.method == RECEIVE:
            return grpc.stream_stream_rpc_method_handler(self.line.receive)
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self.line.unary(details.method, request, context))


def _plain(metadata):
    return [(key, value) for key, value in metadata or () if key == "grpc-status-details-bin"]


def _read(path):
    with open(path, "rb") as file:
        return file.read()

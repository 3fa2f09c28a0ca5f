"""A small gRPC client over raw TLS and HTTP/2, so that a test can do what no library would do."""

import socket
import ssl
import struct
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions

PATIENCE_S = 15


class Identity:
    """Certificate and key files of a client; None for whoever shows nothing."""

    def __init__(self, certificate, key):
        self.certificate = certificate
        self.key = key


def tls_context(ca, identity, version=ssl.TLSVersion.TLSv1_3):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca)
    context.minimum_version = version
    context.maximum_version = version
    context.set_alpn_protocols(["h2"])
    if identity is not None:
        context.load_cert_chain(identity.certificate, identity.key)
    return context


def connect_tcp(port, source="127.0.0.1", timeout=PATIENCE_S):
    return socket.create_connection(("127.0.0.1", port), timeout, (source, 0))


def connect_tls(port, ca, identity, source="127.0.0.1", version=ssl.TLSVersion.TLSv1_3):
    tcp = connect_tcp(port, source)
    try:
        return tls_context(ca, identity, version).wrap_socket(tcp, server_hostname="127.0.0.1")
    except BaseException:
        tcp.close()
        raise


def frame_message(body):
    return struct.pack(">BI", 0, len(body)) + body


def request_headers(path, extra=()):
    return [
        (":method", "POST"),
        (":scheme", "https"),
        (":authority", "127.0.0.1"),
        (":path", path),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
        *extra,
    ]


class Refused(Exception):
    """The hub closed the connection without an answer."""


class Connection:
    """One TLS connection that speaks HTTP/2; a context manager."""

    def __init__(self, port, ca, identity, source="127.0.0.1"):
        try:
            self.socket = connect_tls(port, ca, identity, source)
            self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
            self.h2.initiate_connection()
            self.flush()
        except OSError as error:
            raise Refused(str(error)) from error

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def call(self, path, body=b"", extra=()):
        """Makes one unary call; its grpc-status and grpc-message."""
        try:
            stream = self.h2.get_next_available_stream_id()
            self.h2.send_headers(stream, request_headers(path, extra))
            self.flush()
            self.send_body(stream, frame_message(body))
            return self.read_status(stream)
        except OSError as error:
            raise Refused(str(error)) from error

    def send_body(self, stream, data):
        """Within the windows that the hub gives; stops early when it has already answered."""
        self.early = None
        while data:
            window = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if window <= 0:
                self.early = self.pump(stream)
                if self.early is not None:
                    return
                continue
            self.h2.send_data(stream, data[:window])
            data = data[window:]
            self.flush()
        self.h2.end_stream(stream)
        self.flush()

    def pump(self, stream):
        """Takes in what came; the trailers of the stream once they are there."""
        data = self.socket.recv(65536)
        if not data:
            raise Refused("closed")
        answer = None
        for event in self.take_in(data):
            if isinstance(event, h2.events.DataReceived):
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                headers = {as_text(k): as_text(v) for k, v in event.headers}
                if event.stream_id == stream and "grpc-status" in headers:
                    answer = int(headers["grpc-status"]), headers.get("grpc-message", "")
            elif isinstance(event, h2.events.StreamReset) and event.stream_id == stream:
                answer = -1, f"reset {event.error_code}"
            elif isinstance(event, h2.events.ConnectionTerminated):
                raise Refused(f"goaway {event.error_code}")
        self.flush()
        return answer

    def take_in(self, data):
        """What the bytes say. A hub that goes away may still answer after its GOAWAY (RFC 9113 section 6.8); h2 takes a
        connection for closed then, and gives neither."""
        try:
            return self.h2.receive_data(data)
        except h2.exceptions.ProtocolError as error:
            if "in state ConnectionState.CLOSED" not in str(error):
                raise
            raise Refused("goaway, then an answer") from error

    def read_status(self, stream):
        answer = self.early
        end = time.monotonic() + PATIENCE_S
        while answer is None:
            if time.monotonic() > end:
                raise Refused("no answer in time")
            answer = self.pump(stream)
        return answer


def as_text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value

"""The connection to a hub: mutual TLS, deadlines, retries, and refusals with the hub's own reason."""

import random
import time

import grpc
from rogatoria.v1 import (audit_service_pb2_grpc, directory_service_pb2_grpc, document_service_pb2_grpc,
                          exchange_service_pb2_grpc, mailbox_service_pb2_grpc)

from .refused import Refused

DETAILS = "grpc-status-details-bin"
MAX_MESSAGE = 4 * 1024 * 1024
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)


class Hub:
    """One channel and its stubs. Calls may be made from several threads."""

    def __init__(self, settings):
        parts = []
        for path in settings.tls:
            with open(path, "rb") as file:
                parts.append(file.read())
        options = [("grpc.max_receive_message_length", MAX_MESSAGE), ("grpc.max_reconnect_backoff_ms", 1000),
                   ("grpc.initial_reconnect_backoff_ms", 100)]
        credentials = grpc.ssl_channel_credentials(*parts)
        self.channel = grpc.secure_channel(settings.endpoint, credentials, options)
        self.exchange = exchange_service_pb2_grpc.ExchangeServiceStub(self.channel)
        self.mailbox = mailbox_service_pb2_grpc.MailboxServiceStub(self.channel)
        self.directory = directory_service_pb2_grpc.DirectoryServiceStub(self.channel)
        self.audit = audit_service_pb2_grpc.AuditServiceStub(self.channel)
        self.documents = document_service_pb2_grpc.DocumentServiceStub(self.channel)

    def call(self, method, request, patience_s=30.0):
        """A unary call; what may help is tried again with the same bytes until patience ends."""
        end, wait = time.monotonic() + patience_s, 0.1
        while True:
            try:
                return method(request, timeout=max(1.0, end - time.monotonic()), wait_for_ready=True)
            except grpc.RpcError as error:
                if error.code() not in AGAIN or time.monotonic() + wait > end or is_final(error):
                    raise refusal(error) from error
            time.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(2 * wait, 2.0)

    def close(self):
        self.channel.close()


def is_final(error):
    """RESOURCE_EXHAUSTED without a hint to come again does not pass by itself."""
    return error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and not _detail(error, "RetryInfo")


def refusal(error):
    """The hub's refusal with its reason from google.rpc.ErrorInfo; else the code of gRPC."""
    info = _detail(error, "ErrorInfo")
    return Refused(info.reason if info else error.code().name, error.details())


def _detail(error, name):
    from google.rpc import error_details_pb2, status_pb2

    for key, value in error.trailing_metadata() or ():
        if key == DETAILS:
            for one in status_pb2.Status.FromString(value).details:
                if one.type_url.endswith(f"google.rpc.{name}"):
                    return getattr(error_details_pb2, name).FromString(one.value)
    return None

// rogatoria.v1.MailboxService on the wire: makes a reactor for each stream. Everything else is in
// receive_reactor.h (the gRPC side) and mailboxes.h (what happens).
#pragma once

#include "common/rpc/door.h"
#include "services/delivery/mailboxes.h"

#include "rogatoria/v1/mailbox_service.grpc.pb.h"

namespace rogatoria::delivery {

class MailboxService final
    : public v1::MailboxService::WithRawCallbackMethod_Receive<v1::MailboxService::Service> {
 public:
  // `mailboxes` must outlive the server that this is registered with.
  MailboxService(Door door, Mailboxes& mailboxes) : door_(std::move(door)), mailboxes_(mailboxes) {}

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Receive(
      grpc::CallbackServerContext* context) override;

 private:
  const Door door_;
  Mailboxes& mailboxes_;
};

}  // namespace rogatoria::delivery

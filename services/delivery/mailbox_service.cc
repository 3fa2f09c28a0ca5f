#include "services/delivery/mailbox_service.h"

#include "services/delivery/receive_reactor.h"

namespace rogatoria::delivery {

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* MailboxService::Receive(
    grpc::CallbackServerContext* context) {
  return ReceiveReactor::Start(context, door_, mailboxes_);
}

}  // namespace rogatoria::delivery

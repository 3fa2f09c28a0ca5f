import com.google.protobuf.ByteString;
import io.grpc.*;
import java.nio.file.*;
import rogatoria.agent.v1.*;
import rogatoria.agent.v1.AgentServiceOuterClass.*;

class Letter { // Letter ADDRESS TOKEN-FILE LETTER TO FOLDER: sends a letter, takes what came, keeps the receipts.
  public static void main(String[] args) throws Exception {
    var who = new Metadata();
    who.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + Files.readString(Path.of(args[1])).trim());
    var office = AgentServiceGrpc.newBlockingStub(ManagedChannelBuilder.forTarget(args[0]).usePlaintext()
        .intercept(io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(who)).build());
    var file = Act.File.newBuilder().setName("letter.pdf").setContent(ByteString.copyFrom(Files.readAllBytes(Path.of(args[2]))));
    var sent = office.send(SendRequest.newBuilder().setRequestId(java.util.UUID.randomUUID().toString()).addTo(args[3]).setLetter(file)
        .setKind("SPONTANEOUS_INFORMATION").setChannel("INTERINSTITUTIONAL").setSubject("A letter").build()).getStatus();
    System.out.println("sent " + sent.getActId() + " " + sent.getStateText());
    for (var events = office.watch(WatchRequest.newBuilder().setIdleSeconds(3).build()); events.hasNext();) {
      WatchResponse event = events.next(); Act.ReceivedAct act = event.getReceived();
      if (event.hasReceived()) System.out.println("came " + act.getActId() + " " + act.getSubject());
      for (var document : act.getDocumentsList()) {
        var parts = office.getDocument(GetDocumentRequest.newBuilder().setActId(act.getActId()).setNumber(document.getNumber()).build());
        var out = Files.newOutputStream(Path.of(args[4], "document-" + event.getPosition() + "-" + document.getNumber()));
        try (out) { while (parts.hasNext()) parts.next().getContent().writeTo(out); }
      }
      office.acknowledge(AcknowledgeRequest.newBuilder().setPosition(event.getPosition()).build());
    }
    for (var receipt : office.getReceipt(GetReceiptRequest.newBuilder().setActId(sent.getActId()).build()).getReceiptsList())
      Files.write(Path.of(args[4], receipt.getFileName()), receipt.getContent().toByteArray());
  }
}

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
    var file = Act.File.newBuilder().setName("letter.pdf").setContent(com.google.protobuf.ByteString.copyFrom(Files.readAllBytes(Path.of(args[2]))));
    var id = Path.of(args[2] + ".id"); if (!Files.exists(id)) Files.writeString(id, java.util.UUID.randomUUID().toString()); // before it is sent
    var sent = office.send(SendRequest.newBuilder().setRequestId(Files.readString(id)).addTo(args[3]).setLetter(file)
        .setKind("SPONTANEOUS_INFORMATION").setChannel("INTERINSTITUTIONAL").setSubject("A letter").build()).getStatus();
    System.out.println("sent " + sent.getActId() + " " + sent.getStateText());
    for (var event : (Iterable<WatchResponse>) () -> office.watch(WatchRequest.newBuilder().setIdleSeconds(3).build())) {
      var act = event.getReceived(); if (event.hasReceived()) System.out.println("came " + act.getActId() + " " + act.getSubject());
      for (var document : act.getDocumentsList()) { // what cannot be had is said; what passes (the hub is away) comes again
        var parts = office.getDocument(GetDocumentRequest.newBuilder().setActId(act.getActId()).setNumber(document.getNumber()).build());
        var name = Path.of(args[4], "document-" + event.getPosition() + "-" + document.getNumber());
        try (var out = Files.newOutputStream(name)) { while (parts.hasNext()) parts.next().getContent().writeTo(out); }
        catch (StatusRuntimeException error) {
          if (error.getStatus().getCode().name().matches("UNAVAILABLE|RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED|CANCELLED|INTERNAL|UNKNOWN")) throw error;
          Files.move(Files.writeString(name, error.getMessage()), Path.of(name + ".missing.txt"), StandardCopyOption.REPLACE_EXISTING); }
      }
      office.acknowledge(AcknowledgeRequest.newBuilder().setPosition(event.getPosition()).build());
    }
    for (var receipt : office.getReceipt(GetReceiptRequest.newBuilder().setActId(sent.getActId()).build()).getReceiptsList()) Files.write(Path.of(args[4], receipt.getFileName()), receipt.getContent().toByteArray());
  }
}

# letter.py ADDRESS TOKEN-FILE LETTER TO FOLDER: sends a letter, takes what came, keeps the receipts.
import pathlib, sys, uuid, grpc
from rogatoria.agent.v1 import act_pb2 as act, agent_service_pb2 as agent, agent_service_pb2_grpc as stubs

address, token, letter, to, folder = sys.argv[1:]
letter, folder = pathlib.Path(letter), pathlib.Path(folder)
office = stubs.AgentServiceStub(grpc.insecure_channel(address))
who = {"metadata": [("authorization", "Bearer " + pathlib.Path(token).read_text().strip())]}

written = letter.with_name(letter.name + ".id")  # written down before it is sent: it is never sent twice
if not written.exists(): written.write_text(str(uuid.uuid4()))
file = act.File(name=letter.name, content=letter.read_bytes())
request = agent.SendRequest(request_id=written.read_text(), kind="SPONTANEOUS_INFORMATION", to=[to],
                            channel="INTERINSTITUTIONAL", subject="A letter", letter=file)
sent = office.Send(request, **who).status
print("sent", sent.act_id, sent.state_text)
for event in office.Watch(agent.WatchRequest(idle_seconds=3), **who):
    if event.HasField("received"):
        print("came", event.received.act_id, event.received.subject)
    for document in event.received.documents:
        question = agent.GetDocumentRequest(act_id=event.received.act_id, number=document.number)
        name = f"document-{event.position}-{document.number}"
        try:
            (folder / name).write_bytes(b"".join([part.content for part in office.GetDocument(question, **who)]))
        except grpc.RpcError as error:  # what cannot be had is said; what passes (the hub is away) comes again
            if error.code().name in "UNAVAILABLE RESOURCE_EXHAUSTED DEADLINE_EXCEEDED CANCELLED INTERNAL UNKNOWN": raise
            (folder / f"{name}.missing.txt").write_text(error.details())
    office.Acknowledge(agent.AcknowledgeRequest(position=event.position), **who)
for receipt in office.GetReceipt(agent.GetReceiptRequest(act_id=sent.act_id), **who).receipts:
    (folder / receipt.file_name).write_bytes(receipt.content)

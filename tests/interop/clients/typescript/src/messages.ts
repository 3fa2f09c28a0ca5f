// The messages of proto/rogatoria as plain objects, as far as this client reads them.

export interface Act { header: Buffer; signature: Buffer; body: Buffer; keyEnvelopes: Buffer[] }
export interface ReceiptMessage { content: Buffer }
export interface KeyStatement { statement: Buffer; signature: Buffer; identityKey: Buffer; leafIndex: number; logOrigin: string }
export interface SealingCertificate { purpose: number; certificate: Buffer; statement: KeyStatement }
export interface Route { authority: { id: string }; routeId: string; sealingCertificates: SealingCertificate[] }
export interface Routes { routes: Route[]; directoryLogSize: number }
export interface SubmitActResponse { disposition: number; casePosition: number; receipts: ReceiptMessage[] }
export interface Case { caseId: string; caseType: number; actCount: number; parties: { authority: string; role: number }[] }
export interface Delivery { position: number; act: Act | null; receipts: ReceiptMessage[]; notice: unknown }
export interface Acknowledged { position: number; receipt: ReceiptMessage | null; error: { message: string } | null }
export interface ReceiveResponse { delivery: Delivery | null; acknowledged: Acknowledged | null }
export interface ByteRange { offset: number; size: number }
export interface Upload { documentId: string; missing: ByteRange[] }

// Inside the seal (rogatoria.content.v1).
export interface AttachedFile { number: number; manifest: Buffer; kek: Buffer; documentId: string }
export interface Document { fileName: string; mediaType: string; attached?: AttachedFile | null }
export interface Letter { text: string; document?: Document | null; translations?: Document[]; enclosures?: Document[] }
export interface ForwardedAct { actId: string; keyEnvelope: Buffer }
export interface ForwardingNotice { reasons: string; competentAuthority: string; forwardedActs: ForwardedAct[] }
export interface ActContent { letter?: Letter | null; forwardingNotice?: ForwardingNotice | null }
export interface SealedBody { sealedManifest: Buffer; sealedCoverSlip: Buffer; segments: Buffer[] }

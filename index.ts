export { CertificateAuthority, type CertificateAuthorityArgs } from "./components/certificateAuthority";
export {
    type CertificateAuthorityKeyPair,
    type ClientBundle,
    KeyAlgorithm,
    type Subject,
} from "./components/certificateArguments";
export type { CertificateExpiry } from "./components/certificateExpiry";
export { ClientCertificate, type ClientCertificateArgs } from "./components/clientCertificate";
export type { Client } from "./components/clients";
export { IstiodFeatureFlag, type IstiodFeatureFlagArgs } from "./components/istiodFeatureFlag";
export { type MeshListener, type TlsListener, TlsMode, TlsProtocol } from "./components/listeners";
export type { ObjectNames } from "./components/objectNames";
export { SidecarTlsTermination } from "./components/sidecarTlsTermination";
export type { Certificates, Istiod, SidecarTlsTerminationArgs } from "./components/sidecarTlsTerminationArgs";
export type { Workload } from "./components/workload";

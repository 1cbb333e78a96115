export { CertificateAuthority, type CertificateAuthorityArgs } from "./components/certificateAuthority";
export {
    type CertificateAuthorityKeyPair,
    type ClientBundle,
    KeyAlgorithm,
    type SubjectArgs,
} from "./components/certificateArguments";
export { ClientCertificate, type ClientCertificateArgs } from "./components/clientCertificate";
export { IstiodFeatureFlag, type IstiodFeatureFlagArgs } from "./components/istiodFeatureFlag";
export type { ObjectNamesArgs } from "./components/objectNames";
export type { PortsArgs } from "./components/ports";
export type { CertificateExpiry } from "./components/certificateExpiry";
export { SidecarTlsTermination } from "./components/sidecarTlsTermination";
export type { CertificatesArgs, IstiodArgs, SidecarTlsTerminationArgs } from "./components/sidecarTlsTerminationArgs";
export type { WorkloadArgs } from "./components/workload";

export { ApplicationAddress } from "./components/workload/applicationAddress";
export { CertificateAuthority, type CertificateAuthorityArgs } from "./components/certificates/certificateAuthority";
export { type CertificateAuthorityKeyPair, type ClientBundle } from "./components/certificates/keyPairs";
export type { Subject } from "./components/x509/subject";
export type { CertificateExpiry } from "./components/certificates/sources/source";
export { ClientCertificate, type ClientCertificateArgs } from "./components/certificates/clientCertificate";
export type { Client } from "./components/access/clients";
export { type CertManager, IssuerKind } from "./components/certificates/sources/certManagerIssuer";
export { ConnectivityCheck } from "./components/connectivity/connectivityCheck";
export type { ConnectivityCheckArgs } from "./components/connectivity/args";
export type { IstiodDeployments } from "./components/connectivity/istiodReader";
export type { ConnectivityListener, ConnectivityTarget } from "./components/connectivity/target";
export {
    type EgressListener,
    type EgressPort,
    OutboundTrafficMode,
    type OutboundTrafficPolicy,
} from "./components/sidecar/egress";
export type { ExistingSecrets } from "./components/certificates/sources/existingSecrets";
export { IstiodFeatureFlag, type IstiodFeatureFlagArgs } from "./components/mesh/istiodFeatureFlag";
export { type Listener, ListenerProtocol } from "./components/listeners/listeners";
export { type ListenerTls, TlsMode, TlsProtocolVersion } from "./components/listeners/listenerTls";
export {
    CertificateMounts,
    type PodContainer,
    type PodVolume,
    type PodVolumeItem,
    type PodVolumeMount,
    type PodVolumeSecret,
} from "./components/sidecar/podTemplate";
export type { AllowedSource } from "./components/access/networkPolicy";
export type { ObjectNames } from "./components/kubernetes/objectNames";
export { KeyAlgorithm } from "./components/x509/keyAlgorithm";
export type { Probe } from "./components/workload/probe";
export { SeccompProfile, type SecurityContext } from "./components/workload/securityContext";
export { IpFamilyPolicy, type ServiceSettings, ServiceType } from "./components/workload/service";
export { SidecarTlsTermination } from "./components/sidecarTlsTermination";
export type { CertificateSettings } from "./components/certificates/settings";
export type { IstiodSettings } from "./components/mesh/istiod";
export type { SidecarTlsTerminationArgs } from "./components/sidecarTlsTerminationArgs";
export { type ExistingWorkload, type ResourceRequirements, type Workload } from "./components/workload/workload";

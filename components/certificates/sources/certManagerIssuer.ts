/** The cert-manager issuer of a component's certificates. */
import type * as pulumi from "@pulumi/pulumi";
import { objectName } from "../../kubernetes/names";
import { input, object, oneOf, required } from "../../validation/checks";

/** Kind of a cert-manager issuer: for one namespace, or for the whole cluster. See [Issuer](https://cert-manager.io/docs/concepts/issuer/). */
export const IssuerKind = { Issuer: "Issuer", ClusterIssuer: "ClusterIssuer" } as const;
export type IssuerKind = (typeof IssuerKind)[keyof typeof IssuerKind];

/** A cert-manager issuer in the cluster. See [Issuer](https://cert-manager.io/docs/concepts/issuer/). */
export interface CertManager {
    /** Name of the Issuer or ClusterIssuer. The issuer must write its CA certificate to the key `ca.crt` of the Secrets, as issuers of type CA and Vault do. Without the allow list `clients`, any client with a certificate from the issuer is admitted. See [Issuer](https://cert-manager.io/docs/concepts/issuer/). */
    readonly issuerName: pulumi.Input<string>;
    /** Kind of the cert-manager issuer: "Issuer", in the namespace of the workload, or "ClusterIssuer". Default: "Issuer". */
    readonly issuerKind?: pulumi.Input<IssuerKind>;
}

export const certManagerCheck = object<CertManager>({
    issuerName: required(input(objectName)),
    issuerKind: input(oneOf(Object.values(IssuerKind))),
});

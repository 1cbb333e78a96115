/** Which cert-manager issuer a chain takes its certificates from. */
import type * as pulumi from "@pulumi/pulumi";
import { input, object, oneOf, required } from "../../validation/checks";
import { objectName } from "../../kubernetes/names";

/** Kinds of cert-manager's own issuers: of the workload's namespace, or of all. */
export const IssuerKind = { Issuer: "Issuer", ClusterIssuer: "ClusterIssuer" } as const;
export type IssuerKind = (typeof IssuerKind)[keyof typeof IssuerKind];

/** A cert-manager in the cluster (https://cert-manager.io/docs/usage/certificate/). */
export interface CertManager {
    /** Name of the Issuer or ClusterIssuer. It has to be a CA that says which it is (ca.crt in its Secrets), such as those of type CA or Vault: whom it certifies is let in. */
    readonly issuerName: pulumi.Input<string>;
    /** Its kind: "Issuer" or "ClusterIssuer". Default: "Issuer". */
    readonly issuerKind?: pulumi.Input<IssuerKind>;
}

export const certManagerCheck = object<CertManager>({
    issuerName: required(input(objectName)),
    issuerKind: input(oneOf(Object.values(IssuerKind))),
});

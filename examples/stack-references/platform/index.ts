/**
 * The resources that a platform team owns for its service teams: the feature flag on istiod, a CA, and the namespace with sidecar
 * injection and STRICT mesh mTLS. Any user who can read the secret outputs of this stack can issue certificates with the CA.
 */
import * as k8s from "@pulumi/kubernetes";
import { CertificateAuthority, IstiodFeatureFlag } from "../../..";

const flag = new IstiodFeatureFlag("flag");

const authority = new CertificateAuthority("partners", {
    subject: { commonName: "Partners", organization: "Example" },
});

const shop = new k8s.core.v1.Namespace("shop", {
    metadata: { name: "shop", labels: { "istio-injection": "enabled" } },
});
new k8s.apiextensions.CustomResource(
    "shop-strict",
    {
        apiVersion: "security.istio.io/v1",
        kind: "PeerAuthentication",
        metadata: { name: "default", namespace: shop.metadata.name },
        spec: { mtls: { mode: "STRICT" } },
    },
    { dependsOn: flag },
);

export const namespace = shop.metadata.name;

/** The CA that issues certificates. Secret, because the private key is secret. */
export const certificateAuthority = {
    certificatePem: authority.certificatePem,
    privateKeyPem: authority.privateKeyPem,
};

/** The CA certificate with which clients verify servers. Public. */
export const trustedCertificatesPem = authority.certificatePem;

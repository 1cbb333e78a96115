/**
 * What a platform team owns for all its service teams: the feature flag on istiod, a CA, and the namespace with its sidecars
 * and its mutual TLS in the mesh. Who may sign with the CA is who may read this stack's outputs.
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

/** With which certificates are issued: a secret, since the private key is. */
export const certificateAuthority = {
    certificatePem: authority.certificatePem,
    privateKeyPem: authority.privateKeyPem,
};

/** With which clients verify servers: public. */
export const trustedCertificatesPem = authority.certificatePem;

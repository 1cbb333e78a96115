/**
 * The workload of a service team. The platform stack owns the namespace, the CA, and the feature flag. This stack changes neither
 * istiod nor the namespace, and its certificates are valid wherever the platform's CA is trusted.
 */
import * as pulumi from "@pulumi/pulumi";
import { type CertificateAuthorityKeyPair, SidecarTlsTermination } from "../../..";

// <organization>/<project>/<stack>
const platform = new pulumi.StackReference(new pulumi.Config().require("platformStack"));
const authority = platform.requireOutput("certificateAuthority") as pulumi.Output<
    pulumi.Unwrap<CertificateAuthorityKeyPair>
>;

const shop = new SidecarTlsTermination("shop", {
    namespace: platform.requireOutput("namespace") as pulumi.Output<string>,
    certificateAuthority: {
        certificatePem: authority.certificatePem,
        privateKeyPem: authority.privateKeyPem,
    },
    clients: [{ name: "warehouse" }],
    istiod: { manageFeatureFlag: false },
    workload: { image: "docker.io/kennethreitz/httpbin", port: 80 },
});

export const url = shop.url;
export const warehouseBundle = shop.clientBundle;

/** One service in two clusters, with one CA: a client with a certificate of the one is let in at the other as well. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority, SidecarTlsTermination } from "../..";

const kubeconfigs = new pulumi.Config().requireObject<[string, string]>("kubeconfigs");

const authority = new CertificateAuthority("shop", { subject: { commonName: "Shop" } });
const certificateAuthority = {
    certificatePem: authority.certificatePem,
    privateKeyPem: authority.privateKeyPem,
};

const chains = kubeconfigs.map((kubeconfig, index) => {
    const name = `cluster-${index + 1}`;
    const provider = new k8s.Provider(name, { kubeconfig });
    return new SidecarTlsTermination(
        name,
        {
            namespace: "shop",
            createNamespace: true,
            workload: { image: "docker.io/kennethreitz/httpbin", port: 80 },
            certificateAuthority,
            clients: [{ name: "partner", uri: "spiffe://example.com/clients/partner" }],
            // The same names in both clusters, and so in both certificates.
            objectNames: { service: "shop", deployment: "shop", serviceAccount: "shop" },
        },
        { providers: [provider] },
    );
});

export const urls = chains.map(({ url }) => url);
export const clientBundle = chains[0]?.clientBundle;

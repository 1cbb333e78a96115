/** One service in two clusters, with one CA: both clusters admit a client with a certificate from either of them. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority, SidecarTlsTermination } from "../..";

const kubeconfigs = new pulumi.Config().requireObject<[string, string]>("kubeconfigs");

const authority = new CertificateAuthority("shop", { subject: { commonName: "Shop" } });
const certificateAuthority = {
    certificatePem: authority.certificatePem,
    privateKeyPem: authority.privateKeyPem,
};

const services = kubeconfigs.map((kubeconfig, index) => {
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
            // Equal names in both clusters, so that both server certificates have the same SANs.
            objectNames: { service: "shop", deployment: "shop", serviceAccount: "shop" },
        },
        { providers: [provider] },
    );
});

export const urls = services.map(({ url }) => url);
export const clientBundle = services[0]?.clientBundle;

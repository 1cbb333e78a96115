/**
 * A user's program against Pulumi's mocks, which prints what it got: installed.spec.ts compiles it as CommonJS and as an ES
 * module, with the installed package instead of "../..", and runs it under each Node.
 */
import * as pulumi from "@pulumi/pulumi";
import * as everything from "../..";
import {
    CertificateAuthority,
    type ClientBundle,
    KeyAlgorithm,
    ListenerProtocol,
    SidecarTlsTermination,
    type SidecarTlsTerminationArgs,
    TlsMode,
} from "../..";

const [, , authorityCertificatePem = "", authorityKeyPem = ""] = process.argv;

const resources: string[] = [];

const mocks: pulumi.runtime.Mocks = {
    call: ({ token }) => {
        throw new Error(`unexpected call of ${token}`);
    },
    newResource: ({ type, name, inputs }) => {
        resources.push(`${type} ${name}`);
        const certificate = { certPem: authorityCertificatePem, validityEndTime: "2040-01-01T00:00:00Z" };
        const key = { privateKeyPem: authorityKeyPem, privateKeyPemPkcs8: authorityKeyPem };
        return { id: `${name}-id`, state: { ...(inputs as object), ...certificate, ...key } };
    },
};

const args: SidecarTlsTerminationArgs = {
    namespace: "test",
    createNamespace: true,
    workload: { image: "docker.io/kennethreitz/httpbin", port: 80 },
    listeners: [{ name: "https", protocol: ListenerProtocol.Https, tls: { mode: TlsMode.Mutual } }],
};

async function main(): Promise<void> {
    await pulumi.runtime.setMocks(mocks);
    const authority = new CertificateAuthority("partners", { keyAlgorithm: KeyAlgorithm.EcdsaP256 });
    const { certificatePem, privateKeyPem } = authority;
    const chain = new SidecarTlsTermination("httpbin", {
        ...args,
        certificateAuthority: { certificatePem, privateKeyPem },
    });
    const bundle: pulumi.Output<ClientBundle | undefined> = chain.clientBundle;
    pulumi.all([chain.url, bundle]).apply(([url, client]) => {
        const bundle = Object.keys(client ?? {});
        // The event loop is empty when all resources are registered.
        process.once("beforeExit", () => {
            const exported = Object.keys(everything);
            console.log(JSON.stringify({ node: process.version, exported, url, bundle, resources }));
        });
    });
}

void main();

/** The Secret with the files of the check's client. */
import type * as pulumi from "@pulumi/pulumi";
import type { ClientBundle } from "../certificates/keyPairs";
import { createMutableSecret } from "../kubernetes/mutableSecret";
import { credentialFiles } from "./expectations";
import type { UntrustedCertificate } from "./untrustedCertificate";

export function createCredentials(
    name: string,
    metadata: { readonly name: pulumi.Input<string>; readonly namespace: pulumi.Input<string> },
    bundle: pulumi.Output<ClientBundle>,
    untrusted: UntrustedCertificate,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return createMutableSecret(
        name,
        metadata,
        "Opaque",
        {
            [credentialFiles.caCertificate]: bundle.caCertificatePem,
            [credentialFiles.clientCertificate]: bundle.certificatePem,
            [credentialFiles.clientPrivateKey]: bundle.apply(({ privateKeyPem }) => privateKeyPem ?? ""),
            [credentialFiles.untrustedCertificate]: untrusted.certificatePem,
            [credentialFiles.untrustedPrivateKey]: untrusted.privateKeyPem,
        },
        opts,
    );
}

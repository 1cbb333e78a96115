/** Certificates in Secrets that are managed outside the component: pods mount them, and none of their content enters Pulumi's state. */
import * as pulumi from "@pulumi/pulumi";
import { objectName } from "../../kubernetes/names";
import { asksForCertificates, tlsModes } from "../../listeners/listeners";
import { input, object, required } from "../../validation/checks";
import { exclusive } from "../../validation/exclusive";
import type { Problem } from "../../validation/problem";
import type { CertificateExpiry, CertificateInputs, CertificateSet } from "./source";

/** Secrets with certificates that you create and renew yourself, in the namespace of the workload. See [Secrets](https://kubernetes.io/docs/concepts/configuration/secret/). */
export interface ExistingSecrets {
    /** Name of the Secret with the server certificate in the key `tls.crt`, and its private key in the key `tls.key`. In the namespace of the workload. */
    readonly server: pulumi.Input<string>;
    /** Name of the Secret with the CA certificates, in the key `ca.crt`: clients with a certificate that one of these CAs issued are admitted. In the namespace of the workload. Default: the Secret that `server` names. */
    readonly certificateAuthority?: pulumi.Input<string>;
}

export const existingSecretsCheck = object<ExistingSecrets>({
    server: required(input(objectName)),
    certificateAuthority: input(objectName),
});

/** Arguments that have no effect with existingSecrets. */
export function validateExistingSecrets({
    existingSecrets,
    certificates,
    clients,
}: Pick<CertificateInputs, "certificates" | "clients"> & { readonly existingSecrets?: ExistingSecrets }): Problem[] {
    const ofClients = (clients ?? []).flatMap((client, index) =>
        (["subject", "certificateRequestPem"] as const).map((property) => ({
            path: `clients[${index}].${property}`,
            set: Boolean(client[property]),
        })),
    );
    return exclusive(
        [{ path: "certificates", set: Boolean(certificates) }, ...ofClients].map(({ path, set }) => ({
            path,
            excludedBy: "existingSecrets",
            both: set && Boolean(existingSecrets),
            because: "with existing Secrets, the component issues no certificates",
        })),
    );
}

export function useExistingSecrets(
    { server, certificateAuthority }: ExistingSecrets,
    { listeners }: Pick<CertificateInputs, "listeners">,
): CertificateSet {
    return {
        secrets: [],
        mounts: pulumi
            .all([server, certificateAuthority ?? server, pulumi.all(tlsModes(listeners))])
            .apply(([serverSecret, caSecret, modes]) => ({
                serverSecret,
                serverRequired: true,
                caSecret,
                // Without client certificates the sidecar needs no CA certificate, and the Secret may have none.
                caOptional: !asksForCertificates(modes),
            })),
        caCertificatePem: pulumi.output(undefined),
        bundles: {},
        notAfter: pulumi.output<CertificateExpiry>({ clients: {} }),
    };
}

/** Certificates in Secrets that somebody else keeps: the chain mounts them, and nothing of them enters Pulumi's state. */
import * as pulumi from "@pulumi/pulumi";
import { input, object, required } from "../../validation/checks";
import { objectName } from "../../kubernetes/names";
import { asksForCertificates, tlsModes } from "../../listeners/listeners";
import type { CertificateExpiry, CertificateInputs, CertificateSet } from "./source";
import type { Problem } from "../../validation/problem";

/** Secrets in the workload's namespace that others make and renew. */
export interface ExistingSecrets {
    /** Name of the Secret with the server's certificate under the key tls.crt, and its private key under tls.key. */
    readonly server: pulumi.Input<string>;
    /** Name of the Secret with the certificates of the CAs whose clients are let in, under the key ca.crt. Default: the one with the server's certificate. */
    readonly certificateAuthority?: pulumi.Input<string>;
}

export const existingSecretsCheck = object<ExistingSecrets>({
    server: required(input(objectName)),
    certificateAuthority: input(objectName),
});

/** What would be given out, or looked at, by nobody. */
export function validateExistingSecrets({
    existingSecrets,
    certificates,
    clients,
}: Pick<CertificateInputs, "certificates" | "clients"> & { readonly existingSecrets?: ExistingSecrets }): Problem[] {
    if (!existingSecrets) {
        return [];
    }
    const reason = "contradicts existingSecrets, with which no certificate is made here: leave one out";
    return [
        ...(certificates ? [{ propertyPath: "certificates", reason }] : []),
        ...(clients ?? []).flatMap((client, index) =>
            (["subject", "certificateRequestPem"] as const)
                .filter((property) => Boolean(client[property]))
                .map((property) => ({ propertyPath: `clients[${index}].${property}`, reason })),
        ),
    ];
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
                // Without client certificates nobody needs a CA, and the Secret may have none.
                caOptional: !asksForCertificates(modes),
            })),
        caCertificatePem: pulumi.output(undefined),
        bundles: {},
        notAfter: pulumi.output<CertificateExpiry>({ clients: {} }),
    };
}

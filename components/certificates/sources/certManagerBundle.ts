/** The bundle of a client whose certificate cert-manager issues. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import type { ClientBundle } from "../keyPairs";
import { caCertificateKey, serverCertificateKey, serverPrivateKeyKey } from "../secretFiles";

/** Reads what cert-manager wrote to the client's Secret; every run reads it again. */
export function readClientBundle(
    name: string,
    certificate: k8s.apiextensions.CustomResource,
    { after }: Context,
): pulumi.Output<ClientBundle> {
    // The Certificate has the Secret's name, and so its id. A preview does not know the id before the Certificate exists, and
    // then reads nothing; reading a Secret that does not exist would be an error.
    const secret = k8s.core.v1.Secret.get(name, certificate.id, {
        parent: after().parent,
        dependsOn: [certificate],
    });
    return pulumi.secret(
        secret.data.apply((data) => {
            const text = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
            if (text(caCertificateKey) === "") {
                throw new Error(
                    `certManager.issuerName: the issuer wrote no ${caCertificateKey} to the Secret of ${name}, so no client can know which CA to trust. Use an issuer of type CA or Vault, or another one that returns its CA certificate`,
                );
            }
            return {
                caCertificatePem: text(caCertificateKey),
                certificatePem: text(serverCertificateKey),
                privateKeyPem: text(serverPrivateKeyKey),
            };
        }),
    );
}

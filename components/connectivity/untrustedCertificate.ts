/** A client certificate from a CA that the sidecar does not trust. */
import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { clientUri, connectivityCheckClient } from "../access/clients";
import { hoursPerYear } from "../certificates/lifetime";
import { createPrivateKey } from "../certificates/privateKey";
import { KeyAlgorithm, leafKeyUsages } from "../x509/keyAlgorithm";

export interface UntrustedCertificate {
    readonly certificatePem: pulumi.Output<string>;
    readonly privateKeyPem: pulumi.Output<string>;
}

/**
 * The certificate has the subject and the URI SAN of the check's own client, so that only the CA differs. A lifetime of 100 years
 * means that the certificate never has to be renewed.
 */
export function createUntrustedCertificate(
    name: string,
    host: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
): UntrustedCertificate {
    const key = createPrivateKey(`${name}-key`, KeyAlgorithm.EcdsaP256, opts);
    const certificate = new tls.SelfSignedCert(
        `${name}-certificate`,
        {
            privateKeyPem: key.privateKeyPem,
            subject: { commonName: connectivityCheckClient.name },
            uris: [clientUri(connectivityCheckClient, host)],
            allowedUses: [...leafKeyUsages(KeyAlgorithm.EcdsaP256), "client_auth"],
            validityPeriodHours: 100 * hoursPerYear,
            earlyRenewalHours: 0,
        },
        opts,
    );
    return { certificatePem: certificate.certPem, privateKeyPem: key.privateKeyPemPkcs8 };
}

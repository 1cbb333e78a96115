/** A client certificate that no chain trusts, to prove that it is refused. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { connectivityCheckClient } from "../access/clients";
import { KeyAlgorithm, leafKeyUsages } from "../x509/keyAlgorithm";
import { createPrivateKey } from "../certificates/privateKey";
import { hoursPerYear } from "../certificates/lifetime";

export interface UntrustedCertificate {
    readonly certificatePem: pulumi.Output<string>;
    readonly privateKeyPem: pulumi.Output<string>;
}

/** It says what the check's own client says of itself, so that the CA alone makes the difference; it never has to be renewed. */
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
            uris: [pulumi.interpolate`spiffe://${host}/clients/${connectivityCheckClient.name}`],
            allowedUses: [...leafKeyUsages(KeyAlgorithm.EcdsaP256), "client_auth"],
            validityPeriodHours: 100 * hoursPerYear,
            earlyRenewalHours: 0,
        },
        opts,
    );
    return { certificatePem: certificate.certPem, privateKeyPem: key.privateKeyPemPkcs8 };
}

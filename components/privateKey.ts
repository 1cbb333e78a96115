/** Private keys of the kinds in KeyAlgorithm. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { KeyAlgorithm } from "./certificateArguments";

export function privateKey(
    name: string,
    algorithm: pulumi.Input<KeyAlgorithm>,
    opts: pulumi.CustomResourceOptions,
): tls.PrivateKey {
    const parameters = pulumi.output(algorithm).apply(keyParameters);
    return new tls.PrivateKey(
        name,
        {
            algorithm: parameters.algorithm,
            ecdsaCurve: parameters.apply((known) => known.ecdsaCurve),
            rsaBits: parameters.apply((known) => known.rsaBits),
        },
        opts,
    );
}

/** The same in the words of @pulumi/tls. */
function keyParameters(algorithm: KeyAlgorithm): { algorithm: string; ecdsaCurve?: string; rsaBits?: number } {
    return algorithm === KeyAlgorithm.Rsa2048
        ? { algorithm: "RSA", rsaBits: 2048 }
        : { algorithm: "ECDSA", ecdsaCurve: "P256" };
}

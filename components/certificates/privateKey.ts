/** Private keys that Pulumi generates and keeps in the state. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { KeyAlgorithm, parameters, parametersOf } from "../x509/keyAlgorithm";

export function createPrivateKey(
    name: string,
    algorithm: pulumi.Input<KeyAlgorithm>,
    opts: pulumi.CustomResourceOptions,
): tls.PrivateKey {
    const chosen = pulumi.output(algorithm).apply(parametersOf);
    return new tls.PrivateKey(
        name,
        {
            algorithm: chosen.algorithm,
            ecdsaCurve: chosen.apply(({ ecdsaCurve }) => ecdsaCurve),
            rsaBits: chosen.apply(({ rsaBits }) => rsaBits),
        },
        opts,
    );
}

/** The algorithm of the existing key, which may differ from the one in the current arguments. */
export function actualKeyAlgorithm(key: tls.PrivateKey): pulumi.Output<KeyAlgorithm | undefined> {
    return pulumi.all([key.algorithm, key.ecdsaCurve, key.rsaBits]).apply(([algorithm, curve, bits]) =>
        Object.values(KeyAlgorithm).find((candidate) => {
            const { algorithm: type, ecdsaCurve, rsaBits } = parameters[candidate];
            return type === algorithm && (ecdsaCurve === undefined ? rsaBits === bits : ecdsaCurve === curve);
        }),
    );
}

import * as pulumi from "@pulumi/pulumi";
import { KeyAlgorithm, parametersOf, parameters } from "../x509/keyAlgorithm";
import * as tls from "@pulumi/tls";

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

/** The kind of a key that exists, which may differ from the one that its arguments ask for now. */
export function actualKeyAlgorithm(key: tls.PrivateKey): pulumi.Output<KeyAlgorithm | undefined> {
    return pulumi.all([key.algorithm, key.ecdsaCurve, key.rsaBits]).apply(([algorithm, curve, bits]) =>
        Object.values(KeyAlgorithm).find((one) => {
            const { algorithm: its, ecdsaCurve, rsaBits } = parameters[one];
            return its === algorithm && (ecdsaCurve === undefined ? rsaBits === bits : ecdsaCurve === curve);
        }),
    );
}

/** Where the certificates of a chain come from, and what the rest of the chain gets from there. */
import type * as pulumi from "@pulumi/pulumi";
import type { Chain } from "./chain";
import type { ClientBundle } from "./certificateArguments";
import type { CertificateExpiry } from "./certificateExpiry";
import { certManagerCertificates } from "./certManager";
import { existingCertificates } from "./existingSecrets";
import { issuedCertificates } from "./issuedCertificates";
import type { Mounts } from "./mounts";
import type { SidecarTlsTerminationArgs } from "./sidecarTlsTerminationArgs";

/** What the certificates are for, and how their resources are registered. */
export interface CertificateContext extends Chain {
    /** For what changes nothing in the cluster. */
    readonly opts: pulumi.CustomResourceOptions;
    /** For what does. */
    readonly clusterOpts: (...after: pulumi.Resource[]) => pulumi.CustomResourceOptions;
}

export interface ChainCertificates {
    /** What has to be there before the port opens. */
    readonly secrets: readonly pulumi.Resource[];
    readonly mounts: pulumi.Output<Mounts>;
    /** What tells one revocation list from another; nothing without one. */
    readonly revocationListDigest?: pulumi.Output<string>;
    /** The certificates of all CAs that clients are to trust; nothing where only the cluster knows them. */
    readonly caCertificatePem: pulumi.Output<string | undefined>;
    /** By name; none where clients get their certificates elsewhere. */
    readonly bundles: { readonly [client: string]: pulumi.Output<ClientBundle> };
    readonly notAfter: pulumi.Output<CertificateExpiry>;
}

export function chainCertificates(args: SidecarTlsTerminationArgs, context: CertificateContext): ChainCertificates {
    if (args.existingSecrets) {
        return existingCertificates(args.existingSecrets, args);
    }
    return args.certManager
        ? certManagerCertificates(args.certManager, args, context)
        : issuedCertificates(args, context);
}

/** The certificates of a component, from the source that the arguments choose. */
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import { createCertManagerCertificates } from "./certManager";
import type { CertManager } from "./certManagerIssuer";
import { type ExistingSecrets, useExistingSecrets } from "./existingSecrets";
import { createIssuedCertificates } from "./issuedCertificates";
import type { CertificateInputs, CertificateSet } from "./source";

export function createCertificates(
    args: CertificateInputs & { readonly existingSecrets?: ExistingSecrets; readonly certManager?: CertManager },
    context: Context,
    before: readonly pulumi.Resource[],
): CertificateSet {
    if (args.existingSecrets) {
        return useExistingSecrets(args.existingSecrets, args);
    }
    return args.certManager
        ? createCertManagerCertificates(args.certManager, args, context, before)
        : createIssuedCertificates(args, context, before);
}

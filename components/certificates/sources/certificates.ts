/** The source of certificates that the arguments choose. */
import { certManagerCertificates } from "./certManager";
import type { CertManager } from "./certManagerIssuer";
import { type ExistingSecrets, existingCertificates } from "./existingSecrets";
import { issuedCertificates } from "./issuedCertificates";
import type { CertificateContext, CertificateInputs, ChainCertificates } from "./source";

export function chainCertificates(
    args: CertificateInputs & { readonly existingSecrets?: ExistingSecrets; readonly certManager?: CertManager },
    context: CertificateContext,
): ChainCertificates {
    if (args.existingSecrets) {
        return existingCertificates(args.existingSecrets, args);
    }
    return args.certManager
        ? certManagerCertificates(args.certManager, args, context)
        : issuedCertificates(args, context);
}

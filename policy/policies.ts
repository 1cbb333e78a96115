/** The policies, for a pack of one's own: docs/policy.md. */
import type { Policies } from "@pulumi/policy";
import { certificateLifetime } from "./certificateLifetime";
import { portWithoutMtls } from "./portWithoutMtls";
import { privateKeyInPlainText, secretValues } from "./privateKeyInPlainText";
import { privateKeyOutsideSecret } from "./privateKeyOutsideSecret";
import { selectorWithoutPods } from "./selectorWithoutPods";
import { sidecarTlsMode } from "./sidecarTlsMode";

export const policies: Policies = [
    portWithoutMtls,
    sidecarTlsMode,
    secretValues,
    privateKeyInPlainText,
    privateKeyOutsideSecret,
    certificateLifetime,
    selectorWithoutPods,
];

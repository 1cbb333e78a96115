/** The policies, for your own policy pack: docs/policy.md. */
import type { Policies } from "@pulumi/policy";
import { certificateLifetime } from "./certificateLifetime";
import { portWithoutMtls } from "./portWithoutMtls";
import { privateKeyPolicies } from "./privateKeyInPlainText";
import { privateKeyOutsideSecret } from "./privateKeyOutsideSecret";
import { selectorWithoutPods } from "./selectorWithoutPods";
import { sidecarTlsMode } from "./sidecarTlsMode";

export const policies: Policies = [
    portWithoutMtls,
    sidecarTlsMode,
    ...privateKeyPolicies(),
    privateKeyOutsideSecret,
    certificateLifetime,
    selectorWithoutPods,
];

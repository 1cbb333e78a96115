/** TLS of a Sidecar that asks nobody for a certificate, because nobody said whom it lets in. */
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { oneOf } from "../components/validation/checks";
import { TlsMode } from "../components/listeners/listenerTls";
import { isSidecar } from "./istio";
import { kubernetesObject } from "./kubernetesObject";
import { at, isMap, items, later } from "./values";
import { type Problem, formatProblemWithPath } from "../components/validation/problem";

export const sidecarTlsMode: ResourceValidationPolicy = {
    name: "sidecar-tls-mode",
    description: "A Sidecar that terminates TLS has to say whom it lets in.",
    enforcementLevel: "mandatory",
    validateResource: (resource, reportViolation) => {
        const object = kubernetesObject(resource);
        if (object && isSidecar(object)) {
            for (const found of modeProblems(object.spec)) {
                reportViolation(formatProblemWithPath(found));
            }
        }
    },
};

const modes = Object.values(TlsMode);
const choice = modes.map((mode) => JSON.stringify(mode)).join(", ");

/** Without a mode Istio takes PASSTHROUGH, the first of its list, and terminates TLS all the same (pilot/pkg/networking/core/listener.go). */
function modeProblems(spec: unknown): Problem[] {
    return items(at(spec, "ingress")).flatMap((listener, index) => {
        const tls = at(listener, "tls");
        const mode = at(tls, "mode");
        const propertyPath = `spec.ingress[${index}].tls.mode`;
        if (!isMap(tls) || mode === later) {
            return [];
        }
        return mode === undefined
            ? [
                  {
                      propertyPath,
                      reason: `is not given, which Istio takes for PASSTHROUGH: every client that speaks TLS is let in, and none is asked for a certificate; give one of ${choice}`,
                  },
              ]
            : oneOf(modes)(mode, propertyPath);
    });
}

/** Sidecars that terminate TLS without a mode that decides whether clients need a certificate. */
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { TlsMode } from "../components/listeners/listenerTls";
import { isSidecar } from "./istio";
import { toKubernetesObject } from "./kubernetesObject";
import { formatSidecarTlsMode } from "./messages";
import { getAt, getItems, isRecord, unknownValue } from "./values";

export const sidecarTlsMode: ResourceValidationPolicy = {
    name: "sidecar-tls-mode",
    description: "A Sidecar that terminates TLS must state whether clients need a certificate.",
    enforcementLevel: "mandatory",
    validateResource: (resource, reportViolation) => {
        const object = toKubernetesObject(resource);
        if (object && isSidecar(object)) {
            for (const { path, mode } of findModes(object.spec)) {
                if (mode !== unknownValue && !modes.includes(mode as string)) {
                    reportViolation(formatSidecarTlsMode(object, path, mode, modes));
                }
            }
        }
    },
};

const modes: readonly string[] = Object.values(TlsMode);

/** The modes of all listeners that terminate TLS. */
function findModes(spec: unknown): { path: string; mode: unknown }[] {
    return getItems(getAt(spec, "ingress")).flatMap((listener, index) => {
        const tls = getAt(listener, "tls");
        return isRecord(tls) ? [{ path: `spec.ingress[${index}].tls.mode`, mode: tls["mode"] }] : [];
    });
}

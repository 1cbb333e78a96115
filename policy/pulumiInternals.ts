/**
 * Everything here relies on internals of @pulumi/policy (1.21.0) that its types do not declare.
 * tests/unit/policy/pulumiInternals.spec.ts fails by name when an upgrade changes them.
 */
import { isRecord } from "./values";

/** The key under which both proxies of the SDK return the object behind them (proxy.js:40,56; secret.js:43). */
const proxyTarget = "__getSpecialProxyTarget";

interface SpecialProxy {
    readonly [proxyTarget]?: unknown;
    readonly [property: string]: unknown;
}

/**
 * The properties of a resource with every Pulumi secret still wrapped in the SDK's `Secret`. A policy that remediates receives them
 * behind two proxies: the outer one throws for unknown values, the inner one unwraps secrets (server.js:553, deserialize.js:44).
 * Fallback: `undefined`, for a policy that validates, and for an SDK without these proxies.
 */
export function unwrapSecretsProxy(props: SpecialProxy): Record<string, unknown> | undefined {
    const inner = props[proxyTarget];
    const target = isRecord(inner) ? inner[proxyTarget] : undefined;
    return isRecord(target) ? target : undefined;
}

/**
 * Reads a property, which throws if its value is unknown (proxy.js:64, UnknownValueError: its types do not export the class).
 * Plain data throws for no other reason, so every error means unknown.
 */
export function readUnlessUnknown(properties: object, key: string | number, ifUnknown: unknown): unknown {
    try {
        return (properties as Record<string | number, unknown>)[key];
    } catch {
        return ifUnknown;
    }
}

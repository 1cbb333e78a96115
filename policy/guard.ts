/** Whether an AuthorizationPolicy is a guard: one that denies every plaintext connection to a port, whatever else it denies. */
import type { StackObject } from "./kubernetesObject";
import { mayEqual } from "./pods";
import { getAt, getItems, hasUnknown, isRecord } from "./values";

/** An AuthorizationPolicy with unknown values may be a guard. */
export function mayDenyPlaintext({ content, spec }: StackObject, port: string): boolean {
    const rules = getAt(spec, "rules");
    const isEnforced = getAt(content, "metadata", "annotations", "istio.io/dry-run") !== "true";
    return (
        isEnforced &&
        mayEqual(getAt(spec, "action"), "DENY") &&
        // With targetRefs a policy applies to gateways and waypoints, not to sidecars.
        getItems(getAt(spec, "targetRefs")).length === 0 &&
        (hasUnknown(rules) || getItems(rules).some((rule) => matchesPlaintext(rule, port)))
    );
}

/** A rule matches if its three parts do: one entry of `from`, one of `to`, every condition of `when`. A missing part matches everything. */
function matchesPlaintext(rule: unknown, port: string): boolean {
    const [from = [], to = [], when = []] = ["from", "to", "when"].map((part) => getItems(getAt(rule, part)));
    return (
        matchesAny(from, (entry) => isWithoutIdentity(getAt(entry, "source"))) &&
        matchesAny(to, (entry) => isAnyRequest(getAt(entry, "operation"), port)) &&
        when.every((condition) => isMet(condition, port))
    );
}

function matchesAny(entries: readonly unknown[], matches: (entry: unknown) => boolean): boolean {
    return entries.length === 0 || entries.some(matches);
}

/** A plaintext connection has no certificate and so no principal, which every negated list matches (pilot/pkg/security/authz/model/principal.go). */
function isWithoutIdentity(source: unknown): boolean {
    return getLists(source).every(([field]) =>
        ["notPrincipals", "notNamespaces", "notServiceAccounts"].includes(field),
    );
}

/** Any other field, such as a path, excludes some requests. */
function isAnyRequest(operation: unknown, port: string): boolean {
    return getLists(operation).every(([field, list]) => isPortIn(field, list, port));
}

/** A plaintext connection has no SNI and no identity, so it meets a condition on them with `notValues` and none with `values`. */
function isMet(condition: unknown, port: string): boolean {
    const lists = getLists({ values: getAt(condition, "values"), notValues: getAt(condition, "notValues") });
    switch (getAt(condition, "key")) {
        case "connection.sni":
        case "source.principal":
        case "source.namespace":
            return lists.every(([field]) => field === "notValues");
        case "destination.port":
            return lists.every(([field, list]) => isPortIn(field === "values" ? "ports" : "notPorts", list, port));
        default:
            return false;
    }
}

function isPortIn(field: string, list: unknown[], port: string): boolean {
    return (field === "ports" && list.includes(port)) || (field === "notPorts" && !list.includes(port));
}

/** The fields that constrain a match: those with a list that is not empty. */
function getLists(value: unknown): [field: string, list: unknown[]][] {
    return Object.entries(isRecord(value) ? value : {})
        .map(([field, list]): [string, unknown[]] => [field, getItems(list)])
        .filter(([, list]) => list.length > 0);
}

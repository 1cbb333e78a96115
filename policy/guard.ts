/** Whether an AuthorizationPolicy is a guard: it denies all that comes to a port in plaintext, whatever else it denies. */
import type { StackObject } from "./kubernetesObject";
import { maybeSame } from "./pods";
import { at, hasLater, isMap, items } from "./values";

/** What is known only later may be a guard. */
export function mayDenyPlaintext({ content, spec }: StackObject, port: string): boolean {
    const rules = at(spec, "rules");
    const enforced = at(content, "metadata", "annotations", "istio.io/dry-run") !== "true";
    return (
        enforced &&
        maybeSame(at(spec, "action"), "DENY") &&
        // Those are for gateways and waypoints.
        items(at(spec, "targetRefs")).length === 0 &&
        (hasLater(rules) || items(rules).some((rule) => matchesPlaintext(rule, port)))
    );
}

/** All three parts of a rule have to match, and one of the entries of a part; a part that is not there matches everything. */
function matchesPlaintext(rule: unknown, port: string): boolean {
    const [from, to, when] = ["from", "to", "when"].map((part) => items(at(rule, part)));
    const some = (entries: unknown[] = [], test: (entry: unknown) => boolean) =>
        entries.length === 0 || entries.some(test);
    return (
        some(from, (entry) => isWithoutIdentity(at(entry, "source"))) &&
        some(to, (entry) => isAnyRequest(at(entry, "operation"), port)) &&
        (when ?? []).every((condition) => isMet(condition, port))
    );
}

/** Plaintext has no certificate and so no principal, which is none of any list (pilot/pkg/security/authz/model/principal.go). */
function isWithoutIdentity(source: unknown): boolean {
    return fields(source).every(([field]) => ["notPrincipals", "notNamespaces", "notServiceAccounts"].includes(field));
}

/** Another field, such as a path, would leave some requests out. */
function isAnyRequest(operation: unknown, port: string): boolean {
    return fields(operation).every(([field, list]) => isPortIn(field, list, port));
}

/** A condition without `values` that plaintext meets: it names no host in TLS, and has no identity. */
function isMet(condition: unknown, port: string): boolean {
    const lists = fields({ values: at(condition, "values"), notValues: at(condition, "notValues") });
    switch (at(condition, "key")) {
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

/** The lists that say something. */
function fields(value: unknown): [field: string, list: unknown[]][] {
    const entries = isMap(value) ? Object.entries(value) : [];
    return entries
        .map(([field, list]): [string, unknown[]] => [field, items(list)])
        .filter(([, list]) => list.length > 0);
}

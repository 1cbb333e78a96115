/**
 * The annotation pulumi.com/waitFor, which replaces the condition that the plugin waits for by default:
 * provider/pkg/metadata/overrides.go, `ReadyCondition`. The stand-in supports `condition=` expressions, as in
 * provider/pkg/await/condition/kubectl.go, and no `jsonpath=`.
 */
import { toText } from "../../plugin/values";
import type { KubernetesObject } from "../apiServer";
import { annotation, pluck, waitFor } from "../objects";
import { toRecords } from "./pods";
import type { Condition } from "./readiness";

const prefix = "condition=";

/** Undefined without the annotation. As the plugin does, it reads the annotation from the live object. */
export function annotatedCondition(live: KubernetesObject): Condition | undefined {
    const value = annotation(live, waitFor) ?? "";
    if (value === "") {
        return undefined;
    }
    const expressions = parseExpressions(value);
    return async (api, object) => {
        const current = await api.get(object);
        return { ready: expressions.every((expression) => holds(current, expression)), reasons: [], object: current };
    };
}

/** Parses a JSON array of expressions, or a single expression. */
function parseExpressions(value: string): string[] {
    const expressions = parseList(value) ?? [value];
    if (expressions.length === 0) {
        throw new Error("at least one condition must be specified");
    }
    for (const expression of expressions) {
        if (expression.startsWith("jsonpath=")) {
            throw new Error(
                `${waitFor}: the stand-in for the kubernetes plugin supports only condition= expressions, not ${expression}`,
            );
        }
        if (!expression.startsWith(prefix)) {
            throw new Error(`expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(expression)}`);
        }
    }
    return expressions;
}

function parseList(value: string): string[] | undefined {
    try {
        const list = JSON.parse(value) as unknown;
        return Array.isArray(list) && list.every((element) => typeof element === "string") ? list : undefined;
    } catch {
        return undefined;
    }
}

/** Evaluates `condition=Ready` or `condition=Ready=False`, ignoring case. */
function holds(object: KubernetesObject, expression: string): boolean {
    const [type = "", ...rest] = expression.slice(prefix.length).split("=");
    const wanted = rest.length === 0 ? "True" : rest.join("=");
    const entry = toRecords(pluck(object, "status", "conditions")).find((each) => isSame(toText(each["type"]), type));
    if (entry === undefined) {
        return false;
    }
    // A condition of an earlier generation does not count.
    const observed = entry["observedGeneration"] ?? pluck(object, "status", "observedGeneration");
    const generation = object.metadata["generation"];
    if (typeof observed === "number" && typeof generation === "number" && observed < generation) {
        return false;
    }
    return isSame(toText(entry["status"]), wanted);
}

function isSame(left: string, right: string): boolean {
    return left.toLowerCase() === right.toLowerCase();
}

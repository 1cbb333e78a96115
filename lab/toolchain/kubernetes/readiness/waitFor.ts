/**
 * The annotation pulumi.com/waitFor, which takes the place of what the plugin itself waits for: provider/pkg/metadata/
 * overrides.go, `ReadyCondition`. Of its expressions the stand-in knows conditions, as in provider/pkg/await/condition/
 * kubectl.go.
 */
import { text } from "../../plugin/values";
import type { KubernetesObject } from "../apiServer";
import { annotation, pluck, waitFor } from "../objects";
import { records } from "./pods";
import type { Condition } from "./readiness";

const prefix = "condition=";

/** Undefined without the annotation. `live` is what the API server made of the object: there the plugin looks for it. */
export function waitForCondition(live: KubernetesObject): Condition | undefined {
    const value = annotation(live, waitFor) ?? "";
    if (value === "") {
        return undefined;
    }
    const expressions = expressionsIn(value);
    return async (api, object) => {
        const current = await api.get(object);
        return { ready: expressions.every((expression) => holds(current, expression)), reasons: [], object: current };
    };
}

/** A JSON array of expressions, or a single one. */
function expressionsIn(value: string): string[] {
    const expressions = listIn(value) ?? [value];
    if (expressions.length === 0) {
        throw new Error("at least one condition must be specified");
    }
    for (const expression of expressions) {
        if (expression.startsWith("jsonpath=")) {
            throw new Error(`${waitFor}: the stand-in for the kubernetes plugin knows conditions alone: ${expression}`);
        }
        if (!expression.startsWith(prefix)) {
            throw new Error(`expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(expression)}`);
        }
    }
    return expressions;
}

function listIn(value: string): string[] | undefined {
    try {
        const list = JSON.parse(value) as unknown;
        return Array.isArray(list) && list.every((element) => typeof element === "string") ? list : undefined;
    } catch {
        return undefined;
    }
}

/** `condition=Ready` or `condition=Ready=False`, letter case aside. */
function holds(object: KubernetesObject, expression: string): boolean {
    const [type = "", ...rest] = expression.slice(prefix.length).split("=");
    const wanted = rest.length === 0 ? "True" : rest.join("=");
    const entry = records(pluck(object, "status", "conditions")).find((each) => isSame(text(each["type"]), type));
    if (entry === undefined) {
        return false;
    }
    // What was said of an earlier generation does not count.
    const observed = entry["observedGeneration"] ?? pluck(object, "status", "observedGeneration");
    const generation = object.metadata["generation"];
    if (typeof observed === "number" && typeof generation === "number" && observed < generation) {
        return false;
    }
    return isSame(text(entry["status"]), wanted);
}

function isSame(left: string, right: string): boolean {
    return left.toLowerCase() === right.toLowerCase();
}

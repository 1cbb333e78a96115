/** Resources that several of the behavior suites declare. */
import { randomBytes } from "node:crypto";
import type { Declared } from "../declaredStack";

/** Distinguishes the objects of one run from those of another. */
export const runId = randomBytes(3).toString("hex");

export function namespaceNamed(name: string): Declared {
    return { name: "namespace", type: "kubernetes.core.v1.Namespace", args: { metadata: { name } } };
}

/** Puts resources into the namespace, and makes them depend on it. */
export function inNamespace(namespace: string, ...declared: readonly Declared[]): Declared[] {
    return declared.map((resource) => {
        const { metadata = {} } = (resource.args ?? {}) as { metadata?: object };
        return {
            ...resource,
            ...(resource.args === undefined
                ? {}
                : { args: { ...resource.args, metadata: { ...metadata, namespace } } }),
            options: { ...resource.options, dependsOn: ["namespace", ...(resource.options?.dependsOn ?? [])] },
        };
    });
}

/** A pod template that runs one command, with an image that every lab has. */
export function podTemplate(
    command: readonly string[],
    labels: object,
    spec: object = {},
    container: object = {},
): { readonly metadata: object; readonly spec: object } {
    const main = {
        name: "main",
        image: "docker.io/curlimages/curl:latest",
        imagePullPolicy: "IfNotPresent",
        command,
        ...container,
    };
    return { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [main], ...spec } };
}

export const forever = ["sleep", "infinity"];

export function base64(text: string): string {
    return Buffer.from(text).toString("base64");
}

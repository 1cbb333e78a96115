/**
 * Raw requests to the API server: the generated clients hide what a provider needs (dry runs, field managers, the Status of
 * an error).
 */
import http from "node:http";
import https from "node:https";
import { isObject, type Properties, toText, type Value } from "../plugin/values";
import type { Connection } from "./kubeconfig";

export interface KubernetesObject extends Properties {
    apiVersion: string;
    kind: string;
    metadata: Properties;
}

/** An error that the API server returned, with its message. */
export class ApiError extends Error {
    readonly code: number;
    readonly reason: string;
    /** The kind of object that the error is about; empty if it does not say. */
    readonly aboutKind: string;
    readonly causes: readonly { readonly reason: string; readonly field: string }[];

    constructor(code: number, body: string) {
        const status = parseStatus(body);
        super(typeof status["message"] === "string" ? status["message"] : `HTTP ${code}: ${body.trim()}`);
        this.code = code;
        this.reason = toText(status["reason"]);
        const details = isObject(status["details"]) ? status["details"] : {};
        this.aboutKind = toText(details["kind"]);
        this.causes = (Array.isArray(details["causes"]) ? details["causes"] : []).filter(isObject).map((cause) => ({
            reason: toText(cause["reason"]),
            field: toText(cause["field"]),
        }));
    }
}

/** The API server does not serve the type, for example because its CustomResourceDefinition is missing. */
export class NoMatchError extends Error {
    constructor(apiVersion: string, kind: string) {
        super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    }
}

export function isNotFound(error: unknown): boolean {
    return error instanceof ApiError && error.code === 404;
}

function parseStatus(body: string): Properties {
    try {
        const status = JSON.parse(body) as Value;
        return isObject(status) && status["kind"] === "Status" ? status : {};
    } catch {
        return {};
    }
}

interface Mapping {
    readonly plural: string;
    readonly namespaced: boolean;
}

export interface WriteOptions {
    readonly fieldManager: string;
    readonly dryRun?: boolean;
    readonly force?: boolean;
    readonly fieldValidation?: "Warn";
}

export class ApiServer {
    private readonly mappings = new Map<string, Promise<readonly Properties[]>>();

    constructor(
        private readonly connection: Connection,
        /** The namespace of namespaced objects that name none. */
        private readonly defaultNamespace: string,
    ) {}

    async mapping(apiVersion: string, kind: string): Promise<Mapping> {
        const found = async (): Promise<Properties | undefined> =>
            (await this.resources(apiVersion)).find(
                (resource) => resource["kind"] === kind && !toText(resource["name"]).includes("/"),
            );
        let resource = await found();
        if (resource === undefined) {
            // The type's definition may have been created in the meantime.
            this.mappings.delete(apiVersion);
            resource = await found();
        }
        if (resource === undefined) {
            throw new NoMatchError(apiVersion, kind);
        }
        return { plural: toText(resource["name"]), namespaced: resource["namespaced"] === true };
    }

    /** Whether the API server serves the type. A preview may run before its definition exists. */
    async serves(object: KubernetesObject): Promise<boolean> {
        try {
            await this.mapping(object.apiVersion, object.kind);
            return true;
        } catch (error) {
            if (error instanceof NoMatchError) {
                return false;
            }
            throw error;
        }
    }

    /** The namespace of an object; empty if its type is cluster-scoped. */
    async namespaceOf(object: KubernetesObject): Promise<string> {
        const { namespaced } = await this.mapping(object.apiVersion, object.kind);
        return namespaced ? toText(object.metadata["namespace"]) || this.defaultNamespace : "";
    }

    async get(object: KubernetesObject, name = nameOf(object)): Promise<KubernetesObject> {
        return this.request("GET", await this.path(object, name));
    }

    /** Lists the objects of a type in a namespace. */
    async list(apiVersion: string, kind: string, namespace: string): Promise<KubernetesObject[]> {
        const path = await this.path({ apiVersion, kind, metadata: { namespace } }, undefined);
        return ((await this.request("GET", path))["items"] ?? []) as KubernetesObject[];
    }

    /** Checks whether the user is allowed to watch a type in a namespace: starts a watch, and ends it immediately. */
    async tryWatch(apiVersion: string, kind: string, namespace: string): Promise<void> {
        const path = await this.path({ apiVersion, kind, metadata: { namespace } }, undefined);
        const options = await this.connection.requestOptions();
        const url = new URL(`${this.connection.server}${path}?watch=true`);
        const [code, answer] = await send(url, { ...options, method: "GET" }, undefined, { onlyStart: true });
        if (code >= 300) {
            throw new ApiError(code, answer);
        }
    }

    async create(object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject> {
        const path = await this.path(object, undefined);
        return this.request("POST", path + formatQuery(options), "application/json", object);
    }

    /** Server-side apply: creates a missing object, and owns the fields that `object` sets. */
    async apply(object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject> {
        const path = await this.path(object, nameOf(object));
        return this.request("PATCH", path + formatQuery(options), "application/apply-patch+yaml", object);
    }

    async jsonPatch(object: KubernetesObject, patch: Value): Promise<KubernetesObject> {
        return this.request("PATCH", await this.path(object, nameOf(object)), "application/json-patch+json", patch);
    }

    async delete(object: KubernetesObject, propagationPolicy: string): Promise<void> {
        const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
        await this.request("DELETE", await this.path(object, nameOf(object)), "application/json", body);
    }

    private resources(apiVersion: string): Promise<readonly Properties[]> {
        const known = this.mappings.get(apiVersion);
        if (known !== undefined) {
            return known;
        }
        const resources = this.request("GET", groupPath(apiVersion)).then(
            (list) => (list["resources"] ?? []) as Properties[],
            (error: unknown) => {
                this.mappings.delete(apiVersion);
                if (isNotFound(error)) {
                    return [];
                }
                throw error;
            },
        );
        this.mappings.set(apiVersion, resources);
        return resources;
    }

    private async path(object: KubernetesObject, name: string | undefined): Promise<string> {
        const { plural } = await this.mapping(object.apiVersion, object.kind);
        const namespace = await this.namespaceOf(object);
        return [groupPath(object.apiVersion), ...(namespace ? ["namespaces", namespace] : []), plural, name]
            .filter((part) => part !== undefined)
            .join("/");
    }

    private async request(method: string, path: string, contentType?: string, body?: Value): Promise<KubernetesObject> {
        const options = await this.connection.requestOptions();
        const headers = {
            ...(options.headers as http.OutgoingHttpHeaders),
            Accept: "application/json",
            ...(contentType === undefined ? {} : { "Content-Type": contentType }),
        };
        const url = new URL(this.connection.server + path);
        const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
        // Node.js sends the body of a DELETE without its length, and the server would read it as the next request.
        const length = payload === undefined ? {} : { "Content-Length": payload.length };
        const [code, answer] = await send(url, { ...options, method, headers: { ...headers, ...length } }, payload);
        if (code >= 300) {
            throw new ApiError(code, answer);
        }
        return JSON.parse(answer) as KubernetesObject;
    }
}

export function nameOf(object: KubernetesObject): string {
    return toText(object.metadata["name"]);
}

function groupPath(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function formatQuery(options: WriteOptions): string {
    const parameters = new URLSearchParams({ fieldManager: options.fieldManager });
    if (options.dryRun) {
        parameters.set("dryRun", "All");
    }
    if (options.force !== undefined) {
        parameters.set("force", String(options.force));
    }
    if (options.fieldValidation !== undefined) {
        parameters.set("fieldValidation", options.fieldValidation);
    }
    return `?${parameters.toString()}`;
}

function send(
    url: URL,
    options: https.RequestOptions,
    body: Buffer | undefined,
    { onlyStart = false } = {},
): Promise<[number, string]> {
    return new Promise((resolve, reject) => {
        const unreachable = (error: Error): void => {
            reject(new Error(`configured Kubernetes cluster is unreachable: ${error.message} (${url.origin})`));
        };
        const request = (url.protocol === "http:" ? http : https).request(url, options, (response) => {
            if (onlyStart && response.statusCode === 200) {
                response.destroy();
                resolve([response.statusCode, ""]);
                return;
            }
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("end", () => {
                resolve([response.statusCode ?? 0, Buffer.concat(chunks).toString()]);
            });
            response.on("error", unreachable);
        });
        request.on("error", unreachable);
        request.end(body);
    });
}

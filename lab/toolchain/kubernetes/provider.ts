/**
 * The kubernetes plugin's resource types that are objects of the API server: one implementation for all, which does what
 * provider/pkg/provider/provider.go and provider/pkg/await/await.go of pulumi-kubernetes 4.34 do in server-side apply
 * mode.
 */
import { randomBytes } from "node:crypto";
import { differences, withoutIgnored } from "../plugin/difference";
import {
    type ChangeRequest,
    type CheckRequest,
    type Difference,
    InitializationError,
    type Log,
    type State,
    nameOf as nameOfUrn,
} from "../plugin/standIn";
import { type Properties, containsUnknown, isObject, withoutSecrets } from "../plugin/values";
import { ApiError, ApiServer, type KubernetesObject, NoMatchError, isNotFound, nameOf } from "./apiServer";
import { NotReadyError, checkReady, untilGone, untilReady } from "./await";
import { readCheckpoint, withSecretsOf, writeCheckpoint } from "./checkpoint";
import { creationError, createObject } from "./create";
import { cannotPreview, initializationError } from "./errors";
import { autoname, suffix, withNamespace } from "./naming";
import {
    annotation,
    autonamed,
    deletionPropagation,
    isAnnotated,
    normalize,
    patchFieldManager,
    prune,
    qualifiedName,
    replaceUnready,
} from "./objects";
import { isComplete } from "./readiness/job";
import { type Settings, readSettings } from "./settings";
import { liveInputs, subjectOf } from "./subject";
import { immutablePaths, isBuiltIn, resourceType } from "./types";
import { requiredFieldError, relinquish, updateObject } from "./update";

export class KubernetesObjects {
    private readonly cancellation = new AbortController();
    private configured: { settings: Settings; api: ApiServer } | undefined;

    constructor(private readonly log: Log) {}

    configure(properties: Properties): void {
        const { settings, connection, defaultNamespace } = readSettings(properties);
        this.configured = { settings, api: new ApiServer(connection, defaultNamespace) };
    }

    cancel(): void {
        this.cancellation.abort();
    }

    async check({ type, urn, olds, news, randomSeed }: CheckRequest): Promise<Properties> {
        const { isPatch } = resourceType(type);
        const inputs = normalize(withoutSecrets(news));
        const { metadata } = inputs;
        if (isObject(metadata) && !metadata["name"]) {
            if (isPatch) {
                throw new Error("patch resources require the `.metadata.name` field to be set");
            }
            if (metadata["generateName"]) {
                throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
            }
            const old = normalize(withoutSecrets(olds));
            if (Object.keys(olds).length === 0) {
                autoname(inputs, `${nameOfUrn(urn)}-${suffix(randomSeed)}`);
            } else if (isAnnotated(old, autonamed)) {
                autoname(inputs, nameOf(old));
            }
        }
        return withSecretsOf(inputs, news);
    }

    async diff({ type, olds, news, ignoreChanges }: ChangeRequest): Promise<Difference> {
        const resource = resourceType(type);
        const { inputs: oldInputs, live } = readCheckpoint(olds);
        const inputs = normalize(withoutSecrets(news));
        const before = prune(live, normalize(oldInputs)) as KubernetesObject;
        before.metadata = { ...before.metadata, ...(nameOf(inputs) ? { name: nameOf(live) } : {}) };
        for (const object of [before, inputs]) {
            object.metadata = await withNamespace(this.api, object);
        }
        const all = differences(before, inputs, {
            immutable: immutablePaths(resource, this.settings),
            emptyIsAbsent: isBuiltIn(inputs.apiVersion),
        });
        const changes = withoutIgnored(all, ignoreChanges);
        const furtherReplaces = (await this.isUnready(inputs, live))
            ? [`.metadata.annotations["${replaceUnready}"]`]
            : [];
        // A fixed name can be taken only once: the old object has to go first.
        const replaces = furtherReplaces.length > 0 || changes.some((change) => change.replaces);
        const keepsName =
            !isAnnotated(inputs, autonamed) &&
            nameOf(inputs) === nameOf(live) &&
            (inputs.metadata["namespace"] ?? "") === (live.metadata["namespace"] ?? "");
        return { changes, furtherReplaces, deleteBeforeReplace: replaces && keepsName };
    }

    async create({ type, news, preview, timeoutSeconds, urn }: ChangeRequest): Promise<State> {
        const { isPatch } = resourceType(type);
        const inputs = withoutSecrets(news) as KubernetesObject;
        const asPlanned = { id: "", properties: news };
        if (preview && (isPatch || containsUnknown(inputs) || !(await this.api.serves(inputs)))) {
            return asPlanned;
        }
        const fieldManager = annotation(inputs, patchFieldManager) ?? newFieldManager();
        const created = await createObject(this.api, inputs, {
            ...this.settings,
            applies: isPatch || this.settings.upsertExistingObjects,
            fieldManager,
            preview,
            status: (message) => {
                this.log("info", message, urn, true);
            },
        }).catch((error: unknown) => {
            if (preview && cannotPreview(error)) {
                return undefined;
            }
            throw creationError(urn, type, error);
        });
        if (created === undefined) {
            return asPlanned;
        }
        const state = (live: KubernetesObject): State => ({
            id: preview ? "" : qualifiedName(live),
            properties: writeCheckpoint(inputs, live, news, fieldManager),
        });
        if (preview) {
            // Empty in a dry run, and a program that looks into it would fail.
            return state(
                Object.fromEntries(Object.entries(created).filter(([key]) => key !== "status")) as KubernetesObject,
            );
        }
        try {
            return state(await untilReady(this.api, created, this.awaiting(inputs, timeoutSeconds, urn)));
        } catch (error) {
            if (!(error instanceof NotReadyError)) {
                throw creationError(urn, type, error);
            }
            throw initializationError(
                error,
                state,
                `resource "${urn}" was successfully created, but the Kubernetes API server reported that it failed to ` +
                    "fully initialize or become live",
            );
        }
    }

    async read(request: ChangeRequest): Promise<State | undefined> {
        const { id, news } = request;
        const subject = subjectOf(request);
        let live: KubernetesObject;
        try {
            live = await this.api.get(subject.identity);
        } catch (error) {
            if (error instanceof NoMatchError || isNotFound(error)) {
                return undefined;
            }
            throw error;
        }
        const inputs = liveInputs(subject, live);
        const fieldManager = subject.fieldManager ?? newFieldManager();
        const state = (object: KubernetesObject): State => ({
            id,
            properties: writeCheckpoint(inputs, object, news, fieldManager),
            inputs: withSecretsOf(inputs, news),
        });
        try {
            if (subject.isDeclared) {
                await checkReady(this.api, live, subject.inputs);
            }
        } catch (error) {
            throw initializationError(error, state);
        }
        return state(live);
    }

    async update({ type, urn, olds, news, preview, timeoutSeconds, ignoreChanges }: ChangeRequest): Promise<State> {
        const { isPatch } = resourceType(type);
        const inputs = normalize(withoutSecrets(news));
        if (preview && (containsUnknown(inputs) || !(await this.api.serves(inputs)))) {
            return { id: "", properties: news };
        }
        const { live: oldLive, fieldManager: oldFieldManager } = readCheckpoint(olds);
        const fieldManager = annotation(inputs, patchFieldManager) ?? oldFieldManager ?? newFieldManager();
        const state = (live: KubernetesObject): State => ({
            id: qualifiedName(live),
            properties: writeCheckpoint(inputs, live, news, fieldManager),
        });
        try {
            const updated = await updateObject(this.api, inputs, {
                ...this.settings,
                name: nameOf(oldLive),
                isPatch,
                fieldManager,
                ignoreChanges,
                preview,
            });
            if (preview) {
                return state(updated);
            }
            const live = await untilReady(this.api, updated, this.awaiting(inputs, timeoutSeconds, urn));
            if (oldFieldManager !== undefined && oldFieldManager !== fieldManager) {
                await relinquish(this.api, live, oldFieldManager);
            }
            return state(live);
        } catch (error) {
            if (preview && error instanceof ApiError && error.reason === "Forbidden") {
                return { id: "", properties: news };
            }
            // The object is there, as it was or as far as it came: the engine keeps that.
            const current = await this.api.get(oldLive).catch((reason: unknown) => {
                throw new Error(
                    `update of resource "${urn}" failed: ${(error as Error).message}\n` +
                        `unable to get cluster state: ${(reason as Error).message}`,
                    { cause: error },
                );
            });
            const reasons = error instanceof NotReadyError ? error.reasons : [];
            const message =
                `the Kubernetes API server reported that "${qualifiedName(current)}" failed to fully initialize or ` +
                `become live: ${(error as Error).message}`;
            throw new InitializationError(message, state(current), [message, ...reasons]);
        }
    }

    async delete({ type, olds, timeoutSeconds, urn }: ChangeRequest): Promise<void> {
        const { isPatch } = resourceType(type);
        const { inputs, live, fieldManager } = readCheckpoint(olds);
        try {
            if (isPatch) {
                await relinquish(this.api, live, fieldManager ?? "");
                return;
            }
            const policy = annotation(inputs, deletionPropagation)?.toLowerCase();
            await this.api.delete(
                live,
                policy === "orphan" ? "Orphan" : policy === "background" ? "Background" : "Foreground",
            );
            await untilGone(this.api, live, this.awaiting(inputs, timeoutSeconds, urn));
        } catch (error) {
            if (error instanceof NoMatchError || (!isPatch && isNotFound(error))) {
                return;
            }
            throw isPatch
                ? requiredFieldError(error)
                : initializationError(error, (current) => ({
                      id: qualifiedName(current),
                      properties: writeCheckpoint(inputs, current, olds, fieldManager ?? ""),
                  }));
        }
    }

    private get api(): ApiServer {
        if (this.configured === undefined) {
            throw new Error("the provider is not configured yet");
        }
        return this.configured.api;
    }

    private get settings(): Settings {
        if (this.configured === undefined) {
            throw new Error("the provider is not configured yet");
        }
        return this.configured.settings;
    }

    private awaiting(inputs: KubernetesObject, timeoutSeconds: number, urn: string): Parameters<typeof untilReady>[2] {
        return {
            inputs,
            timeoutSeconds,
            cancelled: this.cancellation.signal,
            status: (message) => {
                this.log("info", message, urn, true);
            },
        };
    }

    private async isUnready(inputs: KubernetesObject, live: KubernetesObject): Promise<boolean> {
        if (inputs.kind !== "Job" || !isAnnotated(inputs, replaceUnready)) {
            return false;
        }
        const job = await this.api.get(live).catch(() => undefined);
        return job !== undefined && !isComplete(job);
    }
}

function newFieldManager(): string {
    return `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}

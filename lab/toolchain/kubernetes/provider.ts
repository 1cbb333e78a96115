/**
 * The kubernetes plugin's resource types that are objects of the API server. One implementation serves all of them, as
 * provider/pkg/provider/provider.go and provider/pkg/await/await.go of pulumi-kubernetes 4.34 do in server-side apply mode.
 */
import { randomBytes } from "node:crypto";
import {
    type ChangeRequest,
    type CheckRequest,
    type Difference,
    InitializationError,
    type Log,
    type State,
} from "../plugin/standIn";
import { containsUnknown, type Properties, withoutSecrets } from "../plugin/values";
import { ApiError, ApiServer, isNotFound, type KubernetesObject, nameOf, NoMatchError } from "./apiServer";
import { type AwaitOptions, checkReady, NotReadyError, waitUntilGone, waitUntilReady } from "./await";
import { checkInputs } from "./check";
import { readCheckpoint, withSecretsOf, writeCheckpoint } from "./checkpoint";
import { createObject, toCreationError } from "./create";
import { diffObject } from "./diff";
import { cannotPreview, toInitializationError } from "./errors";
import { annotation, deletionPropagation, normalize, patchFieldManager, qualifiedName } from "./objects";
import { readSettings, type Settings } from "./settings";
import { resolveSubject, selectInputs } from "./subject";
import { parseResourceType } from "./types";
import { releaseFields, toRequiredFieldError, updateObject } from "./update";

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

    async check(request: CheckRequest): Promise<Properties> {
        return checkInputs(request);
    }

    async diff(request: ChangeRequest): Promise<Difference> {
        return diffObject(this.api, this.settings, request);
    }

    async create({ type, news, preview, timeoutSeconds, urn }: ChangeRequest): Promise<State> {
        const { isPatch } = parseResourceType(type);
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
            throw toCreationError(urn, type, error);
        });
        if (created === undefined) {
            return asPlanned;
        }
        const state = (live: KubernetesObject): State => ({
            id: preview ? "" : qualifiedName(live),
            properties: writeCheckpoint(inputs, live, news, fieldManager),
        });
        if (preview) {
            // The status is empty in a dry run, and a program that reads fields of it would fail.
            return state(
                Object.fromEntries(Object.entries(created).filter(([key]) => key !== "status")) as KubernetesObject,
            );
        }
        try {
            return state(await waitUntilReady(this.api, created, this.awaitOptions(inputs, timeoutSeconds, urn)));
        } catch (error) {
            if (!(error instanceof NotReadyError)) {
                throw toCreationError(urn, type, error);
            }
            throw toInitializationError(
                error,
                state,
                `resource "${urn}" was successfully created, but the Kubernetes API server reported that it failed to ` +
                    "fully initialize or become live",
            );
        }
    }

    async read(request: ChangeRequest): Promise<State | undefined> {
        const { id, news } = request;
        const subject = resolveSubject(request);
        let live: KubernetesObject;
        try {
            live = await this.api.get(subject.identity);
        } catch (error) {
            if (error instanceof NoMatchError || isNotFound(error)) {
                return undefined;
            }
            throw error;
        }
        const inputs = selectInputs(subject, live);
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
            throw toInitializationError(error, state);
        }
        return state(live);
    }

    async update({ type, urn, olds, news, preview, timeoutSeconds, ignoreChanges }: ChangeRequest): Promise<State> {
        const { isPatch } = parseResourceType(type);
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
            const live = await waitUntilReady(this.api, updated, this.awaitOptions(inputs, timeoutSeconds, urn));
            if (oldFieldManager !== undefined && oldFieldManager !== fieldManager) {
                await releaseFields(this.api, live, oldFieldManager);
            }
            return state(live);
        } catch (error) {
            if (preview && error instanceof ApiError && error.reason === "Forbidden") {
                return { id: "", properties: news };
            }
            // The object exists, unchanged or changed in part. The engine keeps its current state.
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
        const { isPatch } = parseResourceType(type);
        const { inputs, live, fieldManager } = readCheckpoint(olds);
        try {
            if (isPatch) {
                await releaseFields(this.api, live, fieldManager ?? "");
                return;
            }
            const policy = annotation(inputs, deletionPropagation)?.toLowerCase();
            await this.api.delete(
                live,
                policy === "orphan" ? "Orphan" : policy === "background" ? "Background" : "Foreground",
            );
            await waitUntilGone(this.api, live, this.awaitOptions(inputs, timeoutSeconds, urn));
        } catch (error) {
            if (error instanceof NoMatchError || (!isPatch && isNotFound(error))) {
                return;
            }
            throw isPatch
                ? toRequiredFieldError(error)
                : toInitializationError(error, (current) => ({
                      id: qualifiedName(current),
                      properties: writeCheckpoint(inputs, current, olds, fieldManager ?? ""),
                  }));
        }
    }

    private get provider(): { readonly settings: Settings; readonly api: ApiServer } {
        if (this.configured === undefined) {
            throw new Error("the provider is not configured yet");
        }
        return this.configured;
    }

    private get api(): ApiServer {
        return this.provider.api;
    }

    private get settings(): Settings {
        return this.provider.settings;
    }

    private awaitOptions(inputs: KubernetesObject, timeoutSeconds: number, urn: string): AwaitOptions {
        return {
            inputs,
            timeoutSeconds,
            canceled: this.cancellation.signal,
            status: (message) => {
                this.log("info", message, urn, true);
            },
        };
    }
}

function newFieldManager(): string {
    return `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}

/**
 * Releases of Helm charts, as in provider/pkg/provider/helm_release.go of pulumi-kubernetes 4.33. A preview reads only the
 * chart. Errors of its templates, or of the cluster, show up in the installation.
 */
import { findDifferences, withoutIgnored } from "../../plugin/difference";
import {
    type ChangeRequest,
    type CheckRequest,
    type Difference,
    InitializationError,
    type Log,
    nameOf as nameOfUrn,
    type State,
} from "../../plugin/standIn";
import { containsUnknown, isObject, type Properties, toText, withoutSecrets } from "../../plugin/values";
import { withSecretsOf } from "../checkpoint";
import { createSuffix } from "../naming";
import { pluck } from "../objects";
import { readSettings } from "../settings";
import { resolveArguments } from "./arguments";
import { Helm, HelmError, type Installed } from "./program";
import { plannedState, releaseState, selectDeclared } from "./state";

export const releaseType = "kubernetes:helm.sh/v3:Release";

export class HelmReleases {
    private readonly cancellation = new AbortController();
    private configured: { readonly helm: Helm; readonly defaultNamespace: string } | undefined;

    constructor(private readonly log: Log) {}

    configure(properties: Properties): void {
        const { connection, defaultNamespace } = readSettings(properties);
        this.configured = { helm: new Helm(connection, this.cancellation.signal), defaultNamespace };
    }

    cancel(): void {
        this.cancellation.abort();
    }

    async check({ urn, olds, news, randomSeed }: CheckRequest): Promise<Properties> {
        const name = toText(withoutSecrets(olds)["name"]) || `${nameOfUrn(urn)}-${createSuffix(randomSeed)}`;
        const { helm, defaultNamespace } = this.provider;
        const inputs = resolveArguments(withoutSecrets(news), { name, namespace: defaultNamespace });
        if (!containsUnknown(inputs)) {
            // The version of the chart on disk. Another version is an upgrade.
            inputs["version"] = await helm.chartVersion(toText(inputs["chart"])).catch((error: unknown) => {
                const hint = "check the chart name and repository configuration.";
                throw new Error(`${(error as Error).message}; ${hint}`, { cause: error });
            });
        }
        return withSecretsOf(inputs, news);
    }

    diff({ olds, news, ignoreChanges }: ChangeRequest): Difference {
        const { __inputs: oldInputs, ...state } = withoutSecrets(olds);
        const inputs = withoutSecrets(news);
        const before = selectDeclared(state, inputs, isObject(oldInputs) ? oldInputs : {});
        const all = findDifferences(before, inputs, { immutable: [["name"], ["namespace"]], emptyIsAbsent: false });
        return { changes: withoutIgnored(all, ignoreChanges) };
    }

    async create({ urn, news, preview }: ChangeRequest): Promise<State> {
        if (preview) {
            return { id: "", properties: plannedState(news) };
        }
        const { helm } = this.provider;
        const release = withoutSecrets(news);
        const id = idOf(release);
        try {
            await helm.install(release);
        } catch (error) {
            // If the name is taken, `get` would return another stack's release.
            const isTaken = error instanceof HelmError && error.message.includes("name that is still in use");
            const failed = isTaken ? undefined : await helm.get(release);
            if (failed === undefined) {
                throw error;
            }
            this.log("warning", `Helm release "${toText(release["name"])}" was created but has a failed status.`, urn);
            throw createFailure(`Helm release "${id}" was created, but failed`, error, news, failed);
        }
        return { id, properties: await this.stateOf(news) };
    }

    async read({ id, olds, news }: ChangeRequest): Promise<State | undefined> {
        if (Object.keys(olds).length === 0) {
            throw new Error(
                `${id}: the stand-in for the kubernetes plugin reads only Helm releases that the stack has installed. ` +
                    "Use the real plugin (LAB_PLUGINS=real) for other releases.",
            );
        }
        const installed = await this.provider.helm.get(withoutSecrets(olds));
        return installed === undefined ? undefined : { id, properties: releaseState(news, installed), inputs: news };
    }

    async update({ id, olds, news, preview }: ChangeRequest): Promise<State> {
        if (preview) {
            return { id, properties: plannedState(news) };
        }
        const { helm } = this.provider;
        const release = withoutSecrets(news);
        try {
            await helm.upgrade(release);
        } catch (error) {
            const current = await helm.get(release);
            const before = pluck(withoutSecrets(olds), "status", "revision");
            // Without a new revision, the upgrade has not started.
            if (current === undefined || current.metadata["revision"] === before) {
                throw error;
            }
            throw createFailure(`Helm release "${id}" failed`, error, news, current);
        }
        return { id, properties: await this.stateOf(news) };
    }

    async delete({ olds }: ChangeRequest): Promise<void> {
        await this.provider.helm.uninstall(withoutSecrets(olds));
    }

    private get provider(): { readonly helm: Helm; readonly defaultNamespace: string } {
        if (this.configured === undefined) {
            throw new Error("the provider is not configured yet");
        }
        return this.configured;
    }

    private async stateOf(inputs: Properties): Promise<Properties> {
        const installed = await this.provider.helm.get(withoutSecrets(inputs));
        if (installed === undefined) {
            throw new Error(`Helm release "${idOf(withoutSecrets(inputs))}" does not exist after its installation`);
        }
        return releaseState(inputs, installed);
    }
}

function idOf({ namespace, name }: Properties): string {
    return `${toText(namespace)}/${toText(name)}`;
}

/** An error for a release that exists and is not ready. */
function createFailure(
    beginning: string,
    error: unknown,
    inputs: Properties,
    installed: Installed,
): InitializationError {
    const id = idOf(withoutSecrets(inputs));
    const message =
        `${beginning} to initialize completely. Use Helm CLI to investigate: failed to become available within ` +
        `allocated timeout. Error: Helm Release ${id}: ${(error as Error).message}`;
    // The state has the values that failed, even if Helm has rolled back to earlier ones.
    const properties = releaseState(inputs, { ...installed, values: {} });
    return new InitializationError(message, { id, properties }, [message]);
}

/**
 * Releases of Helm charts, as provider/pkg/provider/helm_release.go of pulumi-kubernetes 4.33 has them. A preview asks for
 * the chart alone: what its templates come to, and what the cluster says to that, shows at the install.
 */
import { differences, withoutIgnored } from "../../plugin/difference";
import {
    type ChangeRequest,
    type CheckRequest,
    type Difference,
    InitializationError,
    type Log,
    type State,
    nameOf as nameOfUrn,
} from "../../plugin/standIn";
import { type Properties, containsUnknown, isObject, text, withoutSecrets } from "../../plugin/values";
import { withSecretsOf } from "../checkpoint";
import { suffix } from "../naming";
import { pluck } from "../objects";
import { readSettings } from "../settings";
import { releaseArguments } from "./arguments";
import { Helm, HelmError, type Installed } from "./program";
import { plannedState, releaseState, spokenOf } from "./state";

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
        const name = text(withoutSecrets(olds)["name"]) || `${nameOfUrn(urn)}-${suffix(randomSeed)}`;
        const { helm, defaultNamespace } = this.provider;
        const inputs = releaseArguments(withoutSecrets(news), { name, namespace: defaultNamespace });
        if (!containsUnknown(inputs)) {
            // The version of the chart that is there: another one is an upgrade.
            inputs["version"] = await helm.chartVersion(text(inputs["chart"])).catch((error: unknown) => {
                const hint = "check the chart name and repository configuration.";
                throw new Error(`${(error as Error).message}; ${hint}`, { cause: error });
            });
        }
        return withSecretsOf(inputs, news);
    }

    diff({ olds, news, ignoreChanges }: ChangeRequest): Difference {
        const { __inputs: oldInputs, ...state } = withoutSecrets(olds);
        const inputs = withoutSecrets(news);
        const before = spokenOf(state, inputs, isObject(oldInputs) ? oldInputs : {});
        const all = differences(before, inputs, { immutable: [["name"], ["namespace"]], emptyIsAbsent: false });
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
            // Somebody else's release would be found below.
            const isTaken = error instanceof HelmError && error.message.includes("name that is still in use");
            const failed = isTaken ? undefined : await helm.get(release);
            if (failed === undefined) {
                throw error;
            }
            this.log("warning", `Helm release "${text(release["name"])}" was created but has a failed status.`, urn);
            throw failure(`Helm release "${id}" was created, but failed`, error, news, failed);
        }
        return { id, properties: await this.stateOf(news) };
    }

    async read({ id, olds, news }: ChangeRequest): Promise<State | undefined> {
        if (Object.keys(olds).length === 0) {
            throw new Error(
                `${id}: the stand-in for the kubernetes plugin reads only Helm releases that the stack has installed. ` +
                    "Run with the real plugin (LAB_PLUGINS=real) for others.",
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
            // Without a revision of its own the upgrade has not begun.
            if (current === undefined || current.metadata["revision"] === before) {
                throw error;
            }
            throw failure(`Helm release "${id}" failed`, error, news, current);
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
            throw new Error(`Helm release "${idOf(withoutSecrets(inputs))}" is gone right after its installation`);
        }
        return releaseState(inputs, installed);
    }
}

function idOf({ namespace, name }: Properties): string {
    return `${text(namespace)}/${text(name)}`;
}

/** The release is there, and not as it should be. */
function failure(beginning: string, error: unknown, inputs: Properties, installed: Installed): InitializationError {
    const id = idOf(withoutSecrets(inputs));
    const message =
        `${beginning} to initialize completely. Use Helm CLI to investigate: failed to become available within ` +
        `allocated timeout. Error: Helm Release ${id}: ${(error as Error).message}`;
    // Its values are those it failed with, also where Helm has gone back to others.
    const properties = releaseState(inputs, { ...installed, values: {} });
    return new InitializationError(message, { id, properties }, [message]);
}

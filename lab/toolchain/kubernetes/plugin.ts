/** Stand-in for the kubernetes plugin: Helm manages Helm releases, and the API server all other resources. */
import { version } from "@pulumi/kubernetes/package.json";
import type { ChangeRequest, CheckRequest, Difference, Log, StandIn, State } from "../plugin/standIn";
import { type Properties, toText } from "../plugin/values";
import { decodeYaml } from "./decodeYaml";
import { HelmReleases, releaseType } from "./helm/releases";
import { KubernetesObjects } from "./provider";

export class KubernetesStandIn implements StandIn {
    readonly version = version;
    private readonly objects: KubernetesObjects;
    private readonly releases: HelmReleases;

    constructor(private readonly log: Log) {
        this.objects = new KubernetesObjects(log);
        this.releases = new HelmReleases(log);
    }

    async configure(properties: Properties): Promise<void> {
        this.objects.configure(properties);
        this.releases.configure(properties);
        this.log("info", "kubernetes: the lab's stand-in manages these resources, not the real plugin.");
    }

    cancel(): void {
        this.objects.cancel();
        this.releases.cancel();
    }

    async check(request: CheckRequest): Promise<Properties> {
        return this.serving(request).check(request);
    }

    async diff(request: ChangeRequest): Promise<Difference> {
        return this.serving(request).diff(request);
    }

    async create(request: ChangeRequest): Promise<State> {
        return this.serving(request).create(request);
    }

    async read(request: ChangeRequest): Promise<State | undefined> {
        return this.serving(request).read(request);
    }

    async update(request: ChangeRequest): Promise<State> {
        return this.serving(request).update(request);
    }

    async delete(request: ChangeRequest): Promise<void> {
        await this.serving(request).delete(request);
    }

    invoke(token: string, args: Properties): Properties {
        if (token !== "kubernetes:yaml:decode") {
            throw new Error(
                `${token}: the stand-in for the kubernetes plugin supports only the function kubernetes:yaml:decode`,
            );
        }
        return { result: decodeYaml(toText(args["text"])) };
    }

    private serving({ type }: { readonly type: string }): KubernetesObjects | HelmReleases {
        return type === releaseType ? this.releases : this.objects;
    }
}

/** Interventions on istiod by hand. */
import { featureFlagName } from "../../../components/mesh/istiodFeatureFlag";
import { eventually } from "../eventually";
import type { Kubectl } from "../kubectl";

const namespace = ["-n", "istio-system"];

export class Istiod {
    constructor(private readonly kubectl: Kubectl) {}

    async restart(): Promise<void> {
        await this.kubectl.run(...namespace, "rollout", "restart", "deployment/istiod");
        await this.rolledOut();
    }

    /** Sets or removes the flag as the Istio task and its cleanup do. The entry overrides the flag's ConfigMap. */
    async setFlag(value: "true" | "false" | undefined): Promise<void> {
        const entry = value === undefined ? `${featureFlagName}-` : `${featureFlagName}=${value}`;
        await this.kubectl.run(...namespace, "set", "env", "deployment/istiod", entry);
        await this.rolledOut();
    }

    async removeEnvFrom(): Promise<void> {
        const patch = [{ op: "remove", path: "/spec/template/spec/containers/0/envFrom" }];
        await this.kubectl.run(...namespace, "patch", "deployment/istiod", "--type=json", "-p", JSON.stringify(patch));
        await this.rolledOut();
    }

    async stop(): Promise<void> {
        await this.kubectl.run(...namespace, "scale", "deployment/istiod", "--replicas=0");
        await eventually(
            "istiod is gone",
            () => this.kubectl.run(...namespace, "get", "pod", "-l", "app=istiod", "-o", "name"),
            (pods) => pods.trim() === "",
        );
    }

    async start(): Promise<void> {
        await this.kubectl.run(...namespace, "scale", "deployment/istiod", "--replicas=1");
        await this.rolledOut();
    }

    private async rolledOut(): Promise<void> {
        await this.kubectl.run(...namespace, "rollout", "status", "deployment/istiod", "--timeout=90s");
    }
}

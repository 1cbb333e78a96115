/** The workload that the component creates: ServiceAccount, Deployment and PodDisruptionBudget. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { guardLabel } from "../kubernetes/labels";
import { mergeMaps } from "../kubernetes/metadata";
import * as messages from "../previews/messages";
import { describePodChange } from "../previews/openConnections";
import { announceOpenConnections } from "../previews/openConnectionsHook";
import { announceReplacement } from "../previews/replacements";
import { CertificateMounts, type PodTemplateParts } from "../sidecar/podTemplate";
import { deploymentSpec, disruptionBudgetSpec, hasDisruptionBudget } from "./deployment";
import type { Workload } from "./workload";

export function createServiceAccount(
    { workload }: { readonly workload?: Workload },
    { name, names, namespace, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    return workload && !workload.existingServiceAccount
        ? [
              new k8s.core.v1.ServiceAccount(
                  `${name}-service-account`,
                  { metadata: metadata({ name: names.serviceAccount, namespace }) },
                  after(...before),
              ),
          ]
        : [];
}

/** The pods start when all resources in `before` are ready. */
export function createWorkload(
    {
        workload,
        certificateMounts,
        drainSeconds,
        podTemplate,
        sidecar,
    }: {
        readonly workload?: Workload;
        readonly certificateMounts?: CertificateMounts;
        readonly drainSeconds: number;
        readonly podTemplate: pulumi.Output<PodTemplateParts>;
        readonly sidecar: pulumi.CustomResource;
    },
    { name, names, namespace, service, listeners, pods, injectionLabels, common, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    if (!workload) {
        return [];
    }
    const deployment = new k8s.apps.v1.Deployment(
        `${name}-deployment`,
        {
            metadata: metadata({ name: names.deployment, namespace }),
            spec: deploymentSpec(service, workload, {
                selector: pods.versionSelector,
                labels: mergeMaps(common.labels, pods.versionSelector, guardLabel(name), injectionLabels),
                annotations: mergeMaps(common.annotations, podTemplate.annotations),
                serviceAccountName: workload.existingServiceAccount ?? names.serviceAccount,
                ...(certificateMounts === CertificateMounts.Container
                    ? { volumes: podTemplate.volumes, containers: podTemplate.containers }
                    : {}),
                drainSeconds,
                ports: listeners.apply((all) => [...new Set(all.map(({ applicationPort }) => applicationPort))]),
            }),
        },
        announceOpenConnections(after(...before), describePodChange),
    );
    announceReplacement(sidecar.id, deployment.id, messages.deployment.replaced, deployment);
    const budgets = hasDisruptionBudget(workload)
        ? [
              new k8s.policy.v1.PodDisruptionBudget(
                  `${name}-disruption-budget`,
                  {
                      metadata: metadata({ name: names.podDisruptionBudget, namespace }),
                      spec: disruptionBudgetSpec(pods.versionSelector),
                  },
                  after(...before),
              ),
          ]
        : [];
    return [deployment, ...budgets];
}

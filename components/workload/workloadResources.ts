/** A workload that is made here: its ServiceAccount, its Deployment, and the budget that keeps its pods. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { announceReplacement } from "../previews/replacements";
import { announcingCuts } from "../previews/openConnectionsHook";
import type { Chain } from "../context";
import { podsCut } from "../previews/openConnections";
import { deploymentSpec, disruptionBudgetSpec, hasDisruptionBudget } from "./deployment";
import { guardLabel } from "../kubernetes/labels";
import { type CommonMetadata, merged } from "../kubernetes/metadata";
import { CertificateMounts, type PodParts } from "../sidecar/podTemplate";
import type { Workload } from "./workload";

export function workloadResources(
    workload: Workload,
    { name, names, namespace, service, listeners, pods, metadata, after }: Chain,
    parts: {
        readonly sidecar: pulumi.Output<PodParts>;
        readonly certificateMounts: CertificateMounts | undefined;
        readonly injectionLabels: pulumi.Output<{ [label: string]: string }>;
        readonly common: CommonMetadata;
    },
    before: readonly pulumi.Resource[],
    /** Known in a preview once the chain exists. */
    chainExists: pulumi.Output<unknown>,
): pulumi.Resource[] {
    const { existingServiceAccount } = workload;
    const serviceAccounts = existingServiceAccount
        ? []
        : [
              new k8s.core.v1.ServiceAccount(
                  `${name}-service-account`,
                  { metadata: metadata({ name: names.serviceAccount, namespace }) },
                  after(...before),
              ),
          ];
    const deployment = new k8s.apps.v1.Deployment(
        `${name}-deployment`,
        {
            metadata: metadata({ name: names.deployment, namespace }),
            spec: deploymentSpec(service, workload, {
                selector: pods.versionSelector,
                labels: merged(parts.common.labels, pods.versionSelector, guardLabel(name), parts.injectionLabels),
                annotations: merged(parts.common.annotations, parts.sidecar.annotations),
                serviceAccountName: existingServiceAccount ?? names.serviceAccount,
                ...(parts.certificateMounts === CertificateMounts.Container
                    ? { volumes: parts.sidecar.volumes, containers: parts.sidecar.containers }
                    : {}),
                ports: listeners.apply((all) => [...new Set(all.map(({ applicationPort }) => applicationPort))]),
            }),
        },
        announcingCuts(after(...before, ...serviceAccounts), `${name}-deployment`, podsCut),
    );
    announceReplacement(
        chainExists,
        deployment.id,
        "The Deployment is made, or made anew for another selector or name: then its pods go before the others come, and nobody answers meanwhile.",
        deployment,
    );
    const budgets = hasDisruptionBudget(workload)
        ? [
              new k8s.policy.v1.PodDisruptionBudget(
                  `${name}-disruption-budget`,
                  {
                      metadata: metadata({ name: names.podDisruptionBudget, namespace }),
                      spec: disruptionBudgetSpec(pods.versionSelector),
                  },
                  after(...before, ...serviceAccounts),
              ),
          ]
        : [];
    return [...serviceAccounts, deployment, ...budgets];
}

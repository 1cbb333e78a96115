/**
 * Installs cert-manager on a running lab, and removes it: the controller from cert-manager's own chart, with the chart's
 * roles and CustomResourceDefinitions. The webhook is omitted, so the API server validates objects only by their
 * definitions, and admits what only the webhook would deny.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtFolders, findMissingCertManagerBuilds, makeBuilds, plannedBuilds } from "../build";
import { buildFolder, isBuilt } from "../build/cache";
import { certManagerBuild, certManagerNamespace } from "../build/certManager";
import type { Cluster } from "../cluster";
import { lastLines } from "../command";
import { apply, applyInOrder, type Kubectl, type KubernetesObject, parseManifest } from "../mesh/install";
import { importImages } from "../node/images";
import { findInit } from "../node/namespaces";
import { Progress } from "../progress";

/**
 * A ClusterIssuer that is ready when `installCertManager` returns. Its CA is in Secret `lab-ca` of namespace
 * cert-manager.
 */
export const certManagerIssuer = "lab-ca";

/** The namespace of the ClusterIssuers' Secrets: the chart sets --cluster-resource-namespace to its own namespace. */
export const clusterResourceNamespace = certManagerNamespace;

const steps = {
    image: { title: "cert-manager image", expectedSeconds: 3 },
    install: { title: "cert-manager installation", expectedSeconds: 5 },
    ready: { title: "first certificate of cert-manager", expectedSeconds: 10 },
};

/** Builds what is missing, with progress on standard error. Changes nothing if cert-manager is installed already. */
export async function installCertManager(cluster: Cluster): Promise<void> {
    const init = cluster.lab === undefined ? undefined : findInit(cluster.lab);
    if (cluster.lab === undefined || init === undefined) {
        throw new Error(`cert-manager can be installed only on a running lab, and ${cluster.description} is none`);
    }
    const instance = cluster.lab;
    const kubectl = createKubectl(cluster);
    const builds = findMissingCertManagerBuilds();
    const progress = new Progress([...plannedBuilds(builds), ...Object.values(steps)]);
    await makeBuilds(builds, progress);
    const { image, install, ready } = steps;
    const archive = join(buildFolder(certManagerBuild()), "images.tar");
    await progress.step(image.title, () => importImages(instance, init, builtFolders().tools, archive));
    await progress.step(install.title, () => applyInOrder(kubectl, certManagerObjects()));
    await progress.step(ready.title, async () => {
        await apply(kubectl, issuerSpecs());
        await kubectl(["wait", "--for=condition=Ready", `clusterissuer/${certManagerIssuer}`, "--timeout=90s"]);
    });
}

/**
 * Removes cert-manager with every Certificate and Issuer; the Secrets that it created in other namespaces remain. Also works
 * where cert-manager is not installed.
 */
export async function removeCertManager(cluster: Cluster): Promise<void> {
    if (!isBuilt(certManagerBuild())) {
        return;
    }
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: certManagerObjects() });
    await createKubectl(cluster)(["delete", "--ignore-not-found", "--filename=-"], { input });
}

function certManagerObjects(): KubernetesObject[] {
    const manifest = readFileSync(join(buildFolder(certManagerBuild()), "manifest.yaml"), "utf8");
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: certManagerNamespace } };
    return [namespace, ...parseManifest(manifest).filter((object) => !isOfWebhook(object))];
}

/** The chart has no value that disables the webhook. */
function isOfWebhook({ metadata }: KubernetesObject): boolean {
    return metadata.labels?.["app.kubernetes.io/component"] === "webhook";
}

/** A self-signed CA, bootstrapped as in cert-manager's documentation: docs/configuration/selfsigned. */
function issuerSpecs(): object[] {
    const apiVersion = "cert-manager.io/v1";
    const metadata = { name: certManagerIssuer, namespace: clusterResourceNamespace };
    return [
        { apiVersion, kind: "Issuer", metadata, spec: { selfSigned: {} } },
        {
            apiVersion,
            kind: "Certificate",
            metadata,
            spec: {
                isCA: true,
                commonName: "the lab's CA",
                secretName: certManagerIssuer,
                privateKey: { algorithm: "ECDSA", size: 256 },
                issuerRef: { name: certManagerIssuer, kind: "Issuer" },
            },
        },
        {
            apiVersion,
            kind: "ClusterIssuer",
            metadata: { name: certManagerIssuer },
            spec: { ca: { secretName: certManagerIssuer } },
        },
    ];
}

function createKubectl(cluster: Cluster): Kubectl {
    return async (args, options) => {
        const result = await cluster.run("kubectl", args, options);
        if (result.exitCode !== 0) {
            throw new Error(`kubectl ${args.join(" ")} failed (${result.exitCode}):\n${lastLines(result.stderr, 15)}`);
        }
        return result.stdout;
    };
}

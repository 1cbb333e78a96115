/**
 * Puts cert-manager into a lab that is up, and takes it away again. It is the controller of cert-manager as a Deployment of
 * its own chart, with the chart's roles and CustomResourceDefinitions. Its webhook is left out: the API server checks
 * objects by their definitions alone, and lets pass what only the webhook refuses.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtFolders, makeBuilds, missingCertManagerBuilds, plannedBuilds } from "../build";
import { buildFolder, isBuilt } from "../build/cache";
import { certManagerBuild, certManagerNamespace } from "../build/certManager";
import type { Cluster } from "../cluster";
import { lastLines } from "../command";
import { apply, applyInOrder, manifestObjects, type KubernetesObject, type Kubectl } from "../mesh/install";
import { importImages } from "../node/images";
import { findInit } from "../node/namespaces";
import { Progress } from "../progress";

/** A ClusterIssuer that is ready when `installCertManager` returns: the CA in Secret `lab-ca` of namespace cert-manager. */
export const certManagerIssuer = "lab-ca";

/** Where ClusterIssuers have their Secrets: the chart sets --cluster-resource-namespace to its own. */
export const clusterResourceNamespace = certManagerNamespace;

const steps = {
    image: { title: "cert-manager's image", expectedSeconds: 3 },
    install: { title: "installing cert-manager", expectedSeconds: 5 },
    ready: { title: "cert-manager's first certificate", expectedSeconds: 10 },
};

/** Builds what is missing, with progress on standard error; does nothing new where it is installed already. */
export async function installCertManager(cluster: Cluster): Promise<void> {
    const init = cluster.lab === undefined ? undefined : findInit(cluster.lab);
    if (cluster.lab === undefined || init === undefined) {
        throw new Error(`${cluster.description} is no lab that is up: only there cert-manager is installed from here`);
    }
    const instance = cluster.lab;
    const kubectl = kubectlOf(cluster);
    const builds = missingCertManagerBuilds();
    const progress = new Progress([...plannedBuilds(builds), ...Object.values(steps)]);
    await makeBuilds(builds, progress);
    const { image, install, ready } = steps;
    const archive = join(buildFolder(certManagerBuild()), "images.tar");
    await progress.step(image.title, () => importImages(instance, init, builtFolders().tools, archive));
    await progress.step(install.title, () => applyInOrder(kubectl, objects()));
    await progress.step(ready.title, async () => {
        await apply(kubectl, bootstrapObjects());
        await kubectl(["wait", "--for=condition=Ready", `clusterissuer/${certManagerIssuer}`, "--timeout=90s"]);
    });
}

/** Also right where it is not installed. Every Certificate and Issuer goes with it; the Secrets that it has made in other namespaces stay. */
export async function removeCertManager(cluster: Cluster): Promise<void> {
    if (!isBuilt(certManagerBuild())) {
        return;
    }
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects() });
    await kubectlOf(cluster)(["delete", "--ignore-not-found", "--filename=-"], { input });
}

function objects(): KubernetesObject[] {
    const manifest = readFileSync(join(buildFolder(certManagerBuild()), "manifest.yaml"), "utf8");
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: certManagerNamespace } };
    return [namespace, ...manifestObjects(manifest).filter((object) => !isOfWebhook(object))];
}

/** The chart has no switch for it. */
function isOfWebhook({ metadata }: KubernetesObject): boolean {
    return metadata.labels?.["app.kubernetes.io/component"] === "webhook";
}

/** A CA that signs itself, as cert-manager's documentation bootstraps one: docs/configuration/selfsigned. */
function bootstrapObjects(): object[] {
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

function kubectlOf(cluster: Cluster): Kubectl {
    return async (args, options) => {
        const result = await cluster.run("kubectl", args, options);
        if (result.exitCode !== 0) {
            throw new Error(`kubectl ${args.join(" ")} failed (${result.exitCode}):\n${lastLines(result.stderr, 15)}`);
        }
        return result.stdout;
    };
}

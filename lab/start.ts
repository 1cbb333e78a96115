/** Starts the node's parts and the mesh in existing namespaces. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Built } from "./build";
import { mustRun } from "./command";
import { installDns, installIstio, type Kubectl, renderIstioManifest, waitForMesh } from "./mesh/install";
import { writeKubeconfig } from "./node/configuration";
import { importImages } from "./node/images";
import { inNetwork } from "./node/namespaces";
import { insideBuild, nodeParts, partEnvironment } from "./node/parts";
import { findDeadPart, type Part, readPartState, startPart } from "./node/process";
import { instancePaths } from "./paths";
import { failureOf, waitFor } from "./wait";

/** The steps that start a lab. Each step skips what runs already. */
export class Start {
    private readonly paths;
    private readonly parts;
    private readonly environment;
    private readonly started: Part[] = [];

    constructor(
        private readonly name: string,
        private readonly init: number,
        private readonly built: Built,
    ) {
        this.paths = instancePaths(name);
        this.parts = nodeParts(built);
        this.environment = partEnvironment(insideBuild(built.tools));
    }

    /** Starts each part that does not run. */
    private async start(...parts: readonly Part[]): Promise<void> {
        for (const part of parts) {
            if (!readPartState(this.name, this.init, part.name, part.program).running) {
                await startPart(this.name, this.init, part, this.environment);
            }
            this.started.push(part);
        }
    }

    /** Waits for the work, and fails as soon as a part exits. */
    private async whileAllRun<T>(work: Promise<T>): Promise<T> {
        let watch: NodeJS.Timeout | undefined;
        const death = new Promise<never>((_resolve, reject) => {
            watch = setInterval(() => {
                const found = findDeadPart(this.name, this.init, this.started);
                if (found !== undefined) {
                    reject(found);
                }
            }, 500);
        });
        try {
            return await Promise.race([work, death]);
        } finally {
            clearInterval(watch);
        }
    }

    private readonly kubectl: Kubectl = (args, options) => {
        const command = [...inNetwork(this.init), join(this.built.mesh, "kubectl"), ...args];
        const env = { KUBECONFIG: this.paths.kubeconfig, KUBECACHEDIR: this.paths.kubectlCache };
        return mustRun("nsenter", command, { ...options, env });
    };

    async startControlPlane(): Promise<void> {
        const { etcd, containerd, apiServer } = this.parts;
        await this.start(etcd, containerd, apiServer);
        const ready = async () => {
            const certificates = join(this.paths.root, "certificates");
            // The API server writes the key after the certificate.
            await waitFor("the API server's certificate", 60, () =>
                existsSync(join(certificates, "apiserver.key")) ? undefined : "none",
            );
            writeKubeconfig(this.name, readFileSync(join(certificates, "apiserver.crt"), "utf8"));
            const probe = () => failureOf(this.kubectl(["get", "--raw=/readyz"]));
            await waitFor("the API server to be ready", 90, probe, 400);
        };
        await this.whileAllRun(ready());
    }

    async startNode(): Promise<void> {
        const { controllerManager, scheduler, kubelet, kubeProxy, coredns } = this.parts;
        const importedMarker = join(this.paths.root, "images-imported");
        const importing = existsSync(importedMarker)
            ? Promise.resolve()
            : importImages(this.name, this.init, this.built.tools, join(this.built.images, "images.tar")).then(() => {
                  writeFileSync(importedMarker, "");
              });
        const starting = this.start(controllerManager, scheduler, kubelet, kubeProxy, coredns);
        await this.whileAllRun(Promise.all([importing, starting]));
        const nodeReady = async () => {
            await this.kubectl(["wait", "--for=create", "node/node0", "--timeout=60s"]);
            await this.kubectl(["wait", "--for=condition=Ready", "node/node0", "--timeout=90s"]);
        };
        await this.whileAllRun(nodeReady());
    }

    async installDns(): Promise<void> {
        await this.whileAllRun(installDns(this.kubectl));
    }

    async installIstio(): Promise<void> {
        const istioctl = (args: readonly string[]) => mustRun(join(this.built.mesh, "istioctl"), args);
        await this.whileAllRun(installIstio(this.kubectl, await renderIstioManifest(istioctl)));
    }

    async waitForMesh(): Promise<void> {
        await this.whileAllRun(waitForMesh(this.kubectl));
    }
}

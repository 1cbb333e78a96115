/** Where the lab keeps its files: a cache of builds that all labs share, and one folder for each lab. */
import { homedir } from "node:os";
import { join } from "node:path";

/** XDG_CACHE_HOME counts only if absolute (XDG Base Directory Specification). */
export function cacheFolder(): string {
    const configured = process.env["XDG_CACHE_HOME"];
    return join(configured?.startsWith("/") ? configured : join(homedir(), ".cache"), "istio-sidecar-tls");
}

export function buildsFolder(): string {
    return join(cacheFolder(), "builds");
}

export function instancesFolder(): string {
    return join(cacheFolder(), "instances");
}

/** The files of one lab, as paths of the machine. */
export function instancePaths(name: string) {
    const root = join(instancesFolder(), name);
    return {
        root,
        kubeconfig: join(root, "kubeconfig"),
        /** kubectl's discovery cache. It must not outlive the API server, because the next lab has the same address. */
        kubectlCache: join(root, "kubectl-cache"),
        logs: join(root, "logs"),
        /** Requests of the ServiceAccounts of one namespace (auditedNamespace in pins.ts). */
        auditLog: join(root, "logs", "audit.log"),
        /** Process IDs of the parts in the lab's PID namespace, one file each. */
        pids: join(root, "pids"),
        configuration: join(root, "configuration"),
        /**
         * Default backend and PULUMI_HOME of `npm run lab -- pulumi`. They are removed with the cluster whose state they
         * hold.
         */
        pulumi: join(root, "pulumi"),
        /** A digest of what the running lab was started from. `up` writes it last. */
        fingerprint: join(root, "fingerprint"),
    };
}

/** The lab's folder and the builds as paths in its mount namespace. They are short because of socket paths. */
export const inside = { instance: "/run/lab", builds: "/run/builds" };

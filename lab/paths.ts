/** Where the lab keeps things: a cache of builds that all instances share, and one folder for each instance. */
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

/** The files of one instance, as the machine sees them. */
export function instancePaths(name: string) {
    const root = join(instancesFolder(), name);
    return {
        root,
        kubeconfig: join(root, "kubeconfig"),
        /** kubectl's memory of what the API server offers, which must not outlive it: the next lab has its address. */
        kubectlCache: join(root, "kubectl-cache"),
        logs: join(root, "logs"),
        /** What the ServiceAccounts of one namespace asked the API server for (pins.ts). */
        auditLog: join(root, "logs", "audit.log"),
        /** In-namespace process ids of the parts, one file each. */
        pids: join(root, "pids"),
        configuration: join(root, "configuration"),
        /** Default backend and PULUMI_HOME of `npm run lab -- pulumi`: they go with the cluster that they describe. */
        pulumi: join(root, "pulumi"),
        /** Written last by `up`: what the running instance was made from. */
        fingerprint: join(root, "fingerprint"),
    };
}

/** Where the parts themselves, in the instance's mount namespace, find its folder and the builds: short, for sockets. */
export const inside = { instance: "/run/lab", builds: "/run/builds" };

/**
 * Where the API server is and how to sign in, from a kubeconfig. The client's own KubeConfig does it too, but takes the
 * whole generated client along, which would be most of what each start of this plugin costs; its parsers serve here.
 */
import { existsSync, readFileSync } from "node:fs";
import https from "node:https";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import {
    Cluster,
    Context,
    User,
    newClusters,
    newContexts,
    newUsers,
} from "@kubernetes/client-node/dist/config_types.js";
import { ExecAuth } from "@kubernetes/client-node/dist/exec_auth.js";
import { parse } from "yaml";

export interface Connection {
    readonly server: string;
    /** The context's namespace. */
    readonly namespace: string | undefined;
    /** What a request needs to be let in; a command of the user's own may have to be asked. */
    requestOptions(): Promise<https.RequestOptions>;
}

export interface KubeconfigChoice {
    /** A file's path, or a kubeconfig itself: provider/pkg/provider/util.go, `parseKubeconfigString`. */
    readonly kubeconfig?: string;
    readonly context?: string;
    readonly cluster?: string;
}

interface Kubeconfig {
    readonly clusters: readonly Cluster[];
    readonly contexts: readonly Context[];
    readonly users: readonly User[];
    readonly currentContext: string | undefined;
}

export function connect(choice: KubeconfigChoice): Connection {
    const config = merge(sources(choice.kubeconfig));
    const contextName = choice.context ?? config.currentContext;
    const context = find(config.contexts, "context", contextName);
    const cluster = find(config.clusters, "cluster", choice.cluster ?? context.cluster);
    const user = context.user ? find(config.users, "user", context.user) : undefined;
    if (user?.authProvider) {
        throw new Error(`the stand-in for the kubernetes plugin does not know the auth-provider of user ${user.name}`);
    }
    if (cluster.proxyUrl) {
        throw new Error(
            `the stand-in for the kubernetes plugin does not know the proxy-url of cluster ${cluster.name}`,
        );
    }
    const exec = new ExecAuth();
    const agent = new https.Agent({ keepAlive: true });
    return {
        server: cluster.server,
        namespace: context.namespace,
        requestOptions: async () => {
            const options: https.RequestOptions = {
                ...(cluster.server.startsWith("https:") ? { agent } : {}),
                ...given("ca", material(cluster.caData, cluster.caFile)),
                ...given("cert", material(user?.certData, user?.certFile)),
                ...given("key", material(user?.keyData, user?.keyFile)),
                ...given("servername", cluster.tlsServerName),
                ...given("auth", user?.username === undefined ? undefined : `${user.username}:${user.password ?? ""}`),
                rejectUnauthorized: !cluster.skipTLSVerify,
                headers: user?.token === undefined ? {} : { Authorization: `Bearer ${user.token}` },
            };
            if (user !== undefined && exec.isAuthProvider(user)) {
                await exec.applyAuthentication(user, options);
            }
            return options;
        },
    };
}

/** Each source's contents, and the folder that its relative paths are meant from. */
function sources(kubeconfig: string | undefined): readonly { readonly text: string; readonly folder: string }[] {
    if (kubeconfig !== undefined && kubeconfig !== "" && !existsSync(kubeconfig)) {
        return [{ text: kubeconfig, folder: process.cwd() }];
    }
    const files = (kubeconfig || process.env["KUBECONFIG"] || join(homedir(), ".kube", "config")).split(delimiter);
    return files
        .filter((file) => existsSync(file))
        .map((file) => ({ text: readFileSync(file, "utf8"), folder: dirname(file) }));
}

function merge(texts: ReturnType<typeof sources>): Kubeconfig {
    const parsed = texts.map(({ text, folder }) => {
        const config = parse(text) as Readonly<Record<string, unknown>>;
        return {
            currentContext: config["current-context"] as string | undefined,
            contexts: newContexts(config["contexts"]),
            clusters: newClusters(config["clusters"]).map((cluster) => ({
                ...cluster,
                ...given("caFile", from(folder, cluster.caFile)),
            })),
            users: newUsers(config["users"]).map((user) => ({
                ...user,
                ...given("certFile", from(folder, user.certFile)),
                ...given("keyFile", from(folder, user.keyFile)),
            })),
        };
    });
    return {
        clusters: parsed.flatMap(({ clusters }) => clusters),
        contexts: parsed.flatMap(({ contexts }) => contexts),
        users: parsed.flatMap(({ users }) => users),
        currentContext: parsed.map(({ currentContext }) => currentContext).find((name) => name !== undefined),
    };
}

function find<T extends { readonly name: string }>(entries: readonly T[], kind: string, name: string | undefined): T {
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry === undefined) {
        throw new Error(
            `configured Kubernetes cluster is unreachable: the kubeconfig has no ${kind} ${name ?? "chosen"}`,
        );
    }
    return entry;
}

function material(data: string | undefined, file: string | undefined): Buffer | undefined {
    if (data !== undefined) {
        return Buffer.from(data, "base64");
    }
    return file === undefined ? undefined : readFileSync(file);
}

function from(folder: string, file: string | undefined): string | undefined {
    return file === undefined ? undefined : resolve(folder, file);
}

function given<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
    return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
}

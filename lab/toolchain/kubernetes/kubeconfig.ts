/** Reads the API server's address and credentials from a kubeconfig. */
import { existsSync } from "node:fs";
import type https from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

export interface Connection {
    readonly server: string;
    /** The context's namespace. */
    readonly namespace: string | undefined;
    /** The kubeconfig's content, for programs that need one. */
    readonly kubeconfig: string;
    /** Credentials of a request. A kubeconfig may get them from a command. */
    requestOptions(): Promise<https.RequestOptions>;
}

export interface KubeconfigChoice {
    /** A file's path, or the content of a kubeconfig: provider/pkg/provider/util.go, `parseKubeconfigString`. */
    readonly kubeconfig?: string;
    readonly context?: string;
    readonly cluster?: string;
}

export function connect(choice: KubeconfigChoice): Connection {
    const config = load(choice.kubeconfig);
    if (choice.context !== undefined) {
        config.setCurrentContext(choice.context);
    }
    const { cluster: clusterName } = choice;
    if (clusterName !== undefined) {
        config.contexts = config.contexts.map((each) =>
            each.name === config.getCurrentContext() ? { ...each, cluster: clusterName } : each,
        );
    }
    const context = config.getContextObject(config.getCurrentContext());
    const cluster = config.getCurrentCluster();
    if (!cluster) {
        const missing = context?.cluster ?? `of context ${config.getCurrentContext()}`;
        throw new Error(`configured Kubernetes cluster is unreachable: the kubeconfig has no cluster ${missing}`);
    }
    return {
        server: cluster.server,
        namespace: context?.namespace,
        kubeconfig: config.exportConfig(),
        requestOptions: async () => {
            const options: https.RequestOptions = {};
            await config.applyToHTTPSOptions(options);
            return options;
        },
    };
}

function load(kubeconfig: string | undefined): KubeConfig {
    const config = new KubeConfig();
    if (!kubeconfig) {
        config.loadFromDefault();
    } else if (existsSync(kubeconfig)) {
        config.loadFromFile(kubeconfig);
    } else {
        config.loadFromString(kubeconfig);
    }
    return config;
}

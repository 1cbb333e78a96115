/** Where the API server is and how to sign in, from a kubeconfig. */
import { existsSync } from "node:fs";
import type https from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

export interface Connection {
    readonly server: string;
    /** The context's namespace. */
    readonly namespace: string | undefined;
    /** The same for a program of its own. */
    readonly kubeconfig: string;
    /** What a request needs to be let in; a command of the user's own may have to be asked. */
    requestOptions(): Promise<https.RequestOptions>;
}

export interface KubeconfigChoice {
    /** A file's path, or a kubeconfig itself: provider/pkg/provider/util.go, `parseKubeconfigString`. */
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

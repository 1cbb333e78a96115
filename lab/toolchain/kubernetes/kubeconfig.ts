/** Where the API server is and how to sign in, from a kubeconfig. */
import { existsSync } from "node:fs";
import type https from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

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

export function connect(choice: KubeconfigChoice): Connection {
    const config = load(choice.kubeconfig);
    if (choice.context !== undefined) {
        config.setCurrentContext(choice.context);
    }
    const context = config.getContextObject(config.getCurrentContext());
    const cluster = choice.cluster === undefined ? config.getCurrentCluster() : config.getCluster(choice.cluster);
    if (!cluster) {
        const missing = choice.cluster ?? context?.cluster ?? `of context ${config.getCurrentContext()}`;
        throw new Error(`configured Kubernetes cluster is unreachable: the kubeconfig has no cluster ${missing}`);
    }
    return {
        server: cluster.server,
        namespace: context?.namespace,
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

/**
 * Istio and a workload in one stack. `dependsOn` of the component applies to all its resources, so Pulumi creates Istio's custom
 * resources only after Istio is installed, and deletes Istio last. Here, the values of istiod's chart set the feature flag.
 */
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SidecarTlsTermination } from "../..";

const config = new pulumi.Config();
const folder = config.get("charts");

const chart = (name: string) =>
    folder
        ? { chart: join(folder, name) }
        : { chart: name, repositoryOpts: { repo: "https://istio-release.storage.googleapis.com/charts" } };

const system = new k8s.core.v1.Namespace("istio-system", { metadata: { name: "istio-system" } });
const namespace = system.metadata.name;

const base = new k8s.helm.v3.Release("istio-base", { name: "istio-base", namespace, ...chart("base") });

const istiod = new k8s.helm.v3.Release(
    "istiod",
    {
        name: "istiod",
        namespace,
        ...chart("istiod"),
        values: {
            ...config.getObject<object>("istiodValues"),
            env: {
                ...config.getObject<{ env?: object }>("istiodValues")?.env,
                ENABLE_TLS_ON_SIDECAR_INGRESS: "true",
            },
        },
    },
    { dependsOn: base },
);

const httpbin = new SidecarTlsTermination(
    "httpbin",
    {
        namespace: "httpbin",
        createNamespace: true,
        workload: { image: "docker.io/kennethreitz/httpbin", port: 80 },
        istiod: { manageFeatureFlag: false },
    },
    { dependsOn: istiod },
);

export const url = httpbin.url;
export const clientBundle = httpbin.clientBundle;

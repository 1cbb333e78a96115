/**
 * A Helm release: the chain finds its pods by the label that the chart gives them, and what their template needs goes into the
 * chart's values. The chart in this folder stands for any whose values take labels and annotations of the pods.
 */
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { SidecarTlsTermination } from "../..";

const name = "invoices";

const invoices = new SidecarTlsTermination(name, {
    namespace: name,
    createNamespace: true,
    existingWorkload: { selector: { "app.kubernetes.io/instance": name }, port: 80 },
});

export const release = new k8s.helm.v3.Release(
    name,
    {
        name,
        namespace: name,
        chart: join(__dirname, "chart"),
        values: { podLabels: invoices.podLabels, podAnnotations: invoices.podAnnotations },
    },
    { dependsOn: invoices },
).status.status;

export const url = invoices.url;
export const clientBundle = invoices.clientBundle;

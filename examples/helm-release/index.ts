/**
 * A Helm release: the component selects its pods by the label that the chart sets, and the program passes what the pod
 * template needs to the values of the chart. The chart in this folder represents any chart with values for pod labels and
 * pod annotations.
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

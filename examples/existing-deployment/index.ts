/**
 * A Deployment of one's own: the chain finds its pods by their labels, and gives out what their template needs. The Deployment
 * may depend on the chain as a whole, since nothing in it waits for pods; a StatefulSet and a DaemonSet go the same way.
 */
import * as k8s from "@pulumi/kubernetes";
import { SidecarTlsTermination } from "../..";

const labels = { app: "orders" };

const orders = new SidecarTlsTermination("orders", {
    namespace: "orders",
    createNamespace: true,
    existingWorkload: { selector: labels, port: 80 },
});

export const deployment = new k8s.apps.v1.Deployment(
    "orders",
    {
        metadata: { name: "orders", namespace: "orders" },
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: {
                    labels: orders.podLabels.apply((injection) => ({ ...injection, ...labels })),
                    annotations: orders.podAnnotations,
                },
                spec: {
                    containers: [
                        {
                            name: "orders",
                            image: "docker.io/kennethreitz/httpbin",
                            imagePullPolicy: "IfNotPresent",
                            ports: [{ containerPort: 80 }],
                            readinessProbe: { tcpSocket: { port: 80 } },
                        },
                    ],
                },
            },
        },
    },
    { dependsOn: orders },
).metadata.name;

export const url = orders.url;
export const clientBundle = orders.clientBundle;

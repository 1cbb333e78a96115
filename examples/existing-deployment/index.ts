/**
 * Your own Deployment: the component selects its pods by their labels and returns what the pod template needs. The Deployment
 * can depend on the component, because no resource of the component waits for pods. StatefulSets and DaemonSets work in the
 * same way.
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

/**
 * A client outside the mesh. It reads two outputs of the application stack and stores the bundle in a Secret. Pulumi generates the
 * name of the Secret, so a renewed bundle replaces the Secret and triggers a rolling update of the pods.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClientBundle } from "../../..";

// <organization>/<project>/<stack>
const application = new pulumi.StackReference(new pulumi.Config().require("applicationStack"));
const bundle = application.requireOutput("warehouseBundle") as pulumi.Output<Required<ClientBundle>>;
const url = application.requireOutput("url") as pulumi.Output<string>;

const namespace = new k8s.core.v1.Namespace("warehouse", { metadata: { name: "warehouse" } }).metadata.name;
const secret = new k8s.core.v1.Secret("bundle", {
    metadata: { namespace },
    type: "kubernetes.io/tls",
    stringData: {
        "ca.crt": bundle.caCertificatePem,
        "tls.crt": bundle.certificatePem,
        "tls.key": bundle.privateKeyPem,
    },
});

const request = pulumi.interpolate`curl --fail --silent --show-error --max-time 5 --output /dev/null \
    --cacert /bundle/ca.crt --cert /bundle/tls.crt --key /bundle/tls.key ${url}/status/200`;
const labels = { app: "warehouse" };

export const client = new k8s.apps.v1.Deployment("warehouse", {
    metadata: { namespace },
    spec: {
        selector: { matchLabels: labels },
        template: {
            metadata: { labels: { ...labels, "sidecar.istio.io/inject": "false" } },
            spec: {
                containers: [
                    {
                        name: "warehouse",
                        image: "docker.io/curlimages/curl:8.16.0",
                        imagePullPolicy: "IfNotPresent",
                        command: ["sh", "-c", pulumi.interpolate`while true; do ${request}; sleep 10; done`],
                        // Ready when the application answers. `pulumi up` waits until then.
                        readinessProbe: {
                            exec: { command: ["sh", "-c", request] },
                            timeoutSeconds: 6,
                            periodSeconds: 5,
                        },
                        volumeMounts: [{ name: "bundle", mountPath: "/bundle", readOnly: true }],
                    },
                ],
                volumes: [{ name: "bundle", secret: { secretName: secret.metadata.name } }],
            },
        },
    },
}).metadata.name;

/** A Job of a connectivity check. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { credentialsFolder } from "./expectations";

export interface ConnectivityJob {
    readonly image: pulumi.Input<string>;
    readonly script: pulumi.Input<string>;
    readonly timeoutSeconds: number;
    readonly serviceAccountName: pulumi.Input<string>;
    /** Labels of the pod: whether it gets a sidecar. */
    readonly labels: { readonly [label: string]: string };
    /** Annotations of the pod: with others, the Job runs again. */
    readonly annotations: { readonly [annotation: string]: string };
    /** The Secret with the credentials of its client; without one it has neither these nor a token for the API server. */
    readonly credentials?: pulumi.Input<string>;
}

/** A Job that failed is run again by the next `pulumi up`; without it the provider would wait for the failed one. */
export const replacedWhenFailed = { "pulumi.com/replaceUnready": "true" };

/** A user that is in every image without being root. */
const nobodyUid = 65534;

/** How long a pod may take to start, in seconds, its image and its sidecar included. */
const startSeconds = 240;

/**
 * It is tried once: the script itself tries until its time is up. A Job without an end of its own, when its image does not
 * exist or its pod is refused, would be waited for much longer. It is kept when it is done, since a Job that is gone is a change.
 */
export function connectivityJobSpec(job: ConnectivityJob): k8s.types.input.batch.v1.JobSpec {
    const { credentials } = job;
    const volume = "credentials";
    return {
        backoffLimit: 0,
        activeDeadlineSeconds: job.timeoutSeconds + startSeconds,
        template: {
            metadata: { labels: job.labels, annotations: job.annotations },
            spec: {
                restartPolicy: "Never",
                serviceAccountName: job.serviceAccountName,
                automountServiceAccountToken: credentials !== undefined,
                containers: [
                    {
                        name: "check",
                        image: job.image,
                        imagePullPolicy: "IfNotPresent",
                        command: ["sh", "-c", job.script],
                        // What the Pod Security Standard "restricted" demands.
                        securityContext: {
                            runAsUser: nobodyUid,
                            runAsGroup: nobodyUid,
                            runAsNonRoot: true,
                            readOnlyRootFilesystem: true,
                            allowPrivilegeEscalation: false,
                            capabilities: { drop: ["ALL"] },
                            seccompProfile: { type: "RuntimeDefault" },
                        },
                        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
                        ...(credentials === undefined
                            ? {}
                            : { volumeMounts: [{ name: volume, mountPath: credentialsFolder, readOnly: true }] }),
                    },
                ],
                ...(credentials === undefined
                    ? {}
                    : { volumes: [{ name: volume, secret: { secretName: credentials } }] }),
            },
        },
    };
}

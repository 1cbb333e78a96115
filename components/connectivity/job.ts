/** The Job of a connectivity check. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { restrictedSecurityContext } from "../kubernetes/restrictedSecurityContext";
import { credentialsFolder } from "./expectations";

export interface ConnectivityJob {
    readonly image: pulumi.Input<string>;
    readonly script: pulumi.Input<string>;
    readonly timeoutSeconds: number;
    readonly serviceAccountName: pulumi.Input<string>;
    /** Labels of the pod, which decide whether it gets a sidecar. */
    readonly labels: { readonly [label: string]: string };
    /** Annotations of the pod: if they change, the Job runs again. */
    readonly annotations: { readonly [annotation: string]: string };
    /** Name of the Secret with the credentials of the check's client. Without it, the pod has no token for the API server either. */
    readonly credentials?: pulumi.Input<string>;
}

/** The next `pulumi up` replaces a Job that failed. Without this annotation the provider would wait for the failed Job. */
export const replaceUnready = { "pulumi.com/replaceUnready": "true" };

/** An unprivileged user, which needs no entry in the image. */
const nobodyUid = 65534;

/** Time for a pod to start, in seconds, including the download of its images and the start of its sidecar. */
const startSeconds = 240;

/**
 * The pod runs once: the script itself retries until its time is up. Without a deadline, Pulumi would wait much longer for a Job
 * whose image does not exist or whose pod is rejected. There is no `ttlSecondsAfterFinished`, since a deleted Job is drift.
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
                        securityContext: {
                            ...restrictedSecurityContext,
                            runAsUser: nobodyUid,
                            runAsGroup: nobodyUid,
                            runAsNonRoot: true,
                            readOnlyRootFilesystem: true,
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

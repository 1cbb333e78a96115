/** Startup, readiness and liveness probes of the application. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { omitUnset } from "../kubernetes/omitUnset";
import { podPort } from "../listeners/listeners";
import { input, integer, isLater, list, matching, nonEmptyString, object } from "../validation/checks";
import { exclusive } from "../validation/exclusive";
import type { Problem } from "../validation/problem";
import * as problem from "../validation/problem";
import { ApplicationAddress } from "./applicationAddress";

/** A probe of the application: an HTTP request if `path` is set, a command if `command` is set, otherwise a TCP connection. Istio rewrites HTTP and TCP probes so that they bypass the listeners of the sidecar. See [Liveness, Readiness, and Startup Probes](https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/) and [Health Checking of Istio Services](https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/). */
export interface Probe {
    /** Path of an HTTP request to the application, such as "/healthz", beginning with "/". Cannot be combined with `command`. With the workload's `address` "127.0.0.1", only `command` works. Default: none; without `path` and `command`, the probe opens a TCP connection. */
    readonly path?: pulumi.Input<string>;
    /** Command in the application's container, which succeeds with exit code 0. Cannot be combined with `path` and `port`. Required with the workload's `address` "127.0.0.1". Default: none; without `path` and `command`, the probe opens a TCP connection. */
    readonly command?: pulumi.Input<pulumi.Input<string>[]>;
    /** Port of the application for an HTTP or TCP probe. Istio rewrites HTTP and TCP probes so that they bypass the listeners of the sidecar. See [Health Checking of Istio Services](https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/). From 1 to 65535, but no port from 15000 to 15090, which [Istio reserves](https://istio.io/latest/docs/ops/deployment/application-requirements/), and no `listenerPort`. Default: the `port` of the workload. */
    readonly port?: pulumi.Input<number>;
    /** Seconds between the start of the container and the first attempt, from 0 to 86400. Default: 0. */
    readonly initialDelaySeconds?: pulumi.Input<number>;
    /** Seconds between two attempts, from 1 to 86400. Default: 10. */
    readonly periodSeconds?: pulumi.Input<number>;
    /** Seconds after which an attempt fails, from 1 to 86400. Default: 1. */
    readonly timeoutSeconds?: pulumi.Input<number>;
    /** Number of failed attempts in a row after which the probe fails, from 1 to 10000. Default: 3. */
    readonly failureThreshold?: pulumi.Input<number>;
}

const seconds = integer(1, 86_400, " of seconds");

export const probeCheck = object<Probe>({
    path: input(matching(/^\/\S*$/, 'must be a path that begins with "/", such as "/healthz"')),
    command: input(list(nonEmptyString, { nonEmpty: true })),
    port: input(podPort),
    initialDelaySeconds: input(integer(0, 86_400, " of seconds")),
    periodSeconds: input(seconds),
    timeoutSeconds: input(seconds),
    failureThreshold: input(integer(1, 10_000, "")),
});

/** Rejects probes that cannot reach the application, or that combine settings of two kinds. */
export function validateProbe(
    { path: httpPath, command, port }: Probe,
    path: string,
    application: { readonly address: unknown; readonly listenerPorts: readonly unknown[] },
): Problem[] {
    if (command) {
        const excludedBy = `${path}.command`;
        const because = "a command needs neither a path nor a port";
        return exclusive([
            { path: `${path}.path`, excludedBy, both: Boolean(httpPath), because },
            { path: `${path}.port`, excludedBy, both: Boolean(port), because },
        ]);
    }
    if (application.address === ApplicationAddress.Loopback) {
        return [
            problem.forbidden(
                path,
                "connects to the address of the pod, on which an application with address 127.0.0.1 does not listen; set a command",
            ),
        ];
    }
    return !isLater(port) && port !== undefined && application.listenerPorts.includes(port)
        ? [
              problem.invalid(
                  `${path}.port`,
                  port,
                  "is a port of the sidecar, on which no probe reaches the application; set a port of the application",
              ),
          ]
        : [];
}

export function probeSpec(
    { path, command, port, ...times }: Probe,
    applicationPort: pulumi.Input<number>,
): k8s.types.input.core.v1.Probe {
    const probedPort = port ?? applicationPort;
    const handler = command
        ? { exec: { command } }
        : path
          ? { httpGet: { path, port: probedPort } }
          : { tcpSocket: { port: probedPort } };
    return { ...handler, ...omitUnset(times) };
}

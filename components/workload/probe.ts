/** How Kubernetes finds out whether the application is started, ready, alive. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { ApplicationAddress } from "./applicationAddress";
import { input, integer, isLater, list, matching, nonEmptyString, object } from "../validation/checks";
import { podPort } from "../listeners/listeners";
import { omitUnset } from "../kubernetes/omitUnset";
import { problem, type Problem } from "../validation/problem";

/** One probe: an HTTP request where `path` is given, a command where that is, else a TCP connection. Istio has the first and the last made past the listeners of the sidecar. */
export interface Probe {
    /** Path of an HTTP request to the application, such as "/healthz". Default: none; without a command either, a connection is enough. */
    readonly path?: pulumi.Input<string>;
    /** A command in the application's container instead, which succeeds with exit code 0. Default: none. */
    readonly command?: pulumi.Input<pulumi.Input<string>[]>;
    /** Port of the application. Default: workload.port. */
    readonly port?: pulumi.Input<number>;
    /** Seconds after the container's start before the first try. Default: 0. */
    readonly initialDelaySeconds?: pulumi.Input<number>;
    /** Seconds between two tries. Default: 10. */
    readonly periodSeconds?: pulumi.Input<number>;
    /** Seconds until a try counts as failed. Default: 1. */
    readonly timeoutSeconds?: pulumi.Input<number>;
    /** Failed tries in a row that count. Default: 3. */
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

/** Probes that ask nobody, or the wrong one. */
export function validateProbe(
    { path: httpPath, command, port }: Probe,
    path: string,
    application: { readonly address: unknown; readonly listenerPorts: readonly unknown[] },
): Problem[] {
    if (command) {
        return (["path", "port"] as const)
            .filter((property) => Boolean(property === "path" ? httpPath : port))
            .map((property) => ({
                propertyPath: `${path}.${property}`,
                reason: "contradicts command, which says itself what it asks: leave one out",
            }));
    }
    if (application.address === ApplicationAddress.Loopback) {
        return [
            {
                propertyPath: path,
                reason: "asks the application on the pod's address, where it does not listen with address 127.0.0.1: give a command",
            },
        ];
    }
    return !isLater(port) && port !== undefined && application.listenerPorts.includes(port)
        ? [
              problem(
                  `${path}.port`,
                  port,
                  "is a port of the sidecar, which no probe passes: take one of the application",
              ),
          ]
        : [];
}

export function probeSpec(
    { path, command, port, ...times }: Probe,
    applicationPort: pulumi.Input<number>,
): k8s.types.input.core.v1.Probe {
    const asked = port ?? applicationPort;
    const how = command
        ? { exec: { command } }
        : path
          ? { httpGet: { path, port: asked } }
          : { tcpSocket: { port: asked } };
    return { ...how, ...omitUnset(times) };
}

/** The five port numbers of a chain, and the mistakes that Istio would swallow. */
import type * as pulumi from "@pulumi/pulumi";
import { type Check, input, object, portNumber, problem, type Problem, refuse, settle } from "./checks";

/** One way in: the port of the Service and the port of the sidecar behind it. */
export interface PortsArgs {
    /** Port of the Service. Default: 8443 for TLS from outside the mesh, 8080 for the mesh. */
    readonly servicePort?: pulumi.Input<number>;
    /** Port on which the sidecar listens, the Service's targetPort. Not a port on which the application listens. Default: 9080 for TLS from outside the mesh, 9081 for the mesh. */
    readonly listenerPort?: pulumi.Input<number>;
}

/** All ports, with their defaults. */
export interface Ports {
    readonly externalService: number;
    readonly externalListener: number;
    readonly internalService: number;
    readonly internalListener: number;
    readonly application: number;
}

export const portsCheck = object<PortsArgs>({ servicePort: input(portNumber), listenerPort: input(podPort) });

/** Istio keeps 15000-15090 of every pod for itself and silently skips a listener there (https://istio.io/latest/docs/ops/deployment/application-requirements/). */
export function podPort(value: unknown, path: string): Problem[] {
    if (typeof value === "number" && value >= 15000 && value <= 15090) {
        return [problem(path, value, "lies in 15000-15090, which Istio's sidecar keeps for itself: take another port")];
    }
    return portNumber(value, path);
}

/** The ports with their defaults; clashes are refused at once, or when the values are known. */
export function settlePorts(
    owner: string,
    external: PortsArgs,
    internal: PortsArgs,
    applicationPort: pulumi.Input<number>,
): pulumi.Output<Ports> {
    const given = {
        externalService: external.servicePort,
        externalListener: external.listenerPort,
        internalService: internal.servicePort,
        internalListener: internal.listenerPort,
        application: applicationPort,
    };
    return settle(given, (known) => {
        const ports: Ports = {
            externalService: known.externalService ?? 8443,
            externalListener: known.externalListener ?? 9080,
            internalService: known.internalService ?? 8080,
            internalListener: known.internalListener ?? 9081,
            application: known.application,
        };
        refuse(owner, portProblems(ports));
        return ports;
    });
}

const paths: { readonly [Port in keyof Ports]: string } = {
    externalService: "external.servicePort",
    externalListener: "external.listenerPort",
    internalService: "internal.servicePort",
    internalListener: "internal.listenerPort",
    application: "workload.port",
};

export function portProblems(ports: Ports): Problem[] {
    const single = (port: keyof Ports, check: Check) => check(ports[port], paths[port]);
    const differ = (port: keyof Ports, other: keyof Ports, why: string) =>
        ports[port] === ports[other] ? [problem(paths[port], ports[port], `is also ${paths[other]}: ${why}`)] : [];
    return [
        ...single("externalService", portNumber),
        ...single("internalService", portNumber),
        ...single("externalListener", podPort),
        ...single("internalListener", podPort),
        ...single("application", podPort),
        ...differ("externalService", "internalService", "give each its own port of the Service"),
        ...differ("externalListener", "internalListener", "give each its own port of the sidecar"),
        // An application that listens on the sidecar's port answers there in plaintext whenever the Sidecar is not in force.
        ...differ("externalListener", "application", "take a port on which the application does not listen"),
        ...differ("internalListener", "application", "take a port on which the application does not listen"),
    ];
}

/** A component with httpbin as its workload, and clients outside the mesh that use its bundles. */
import { expect } from "chai";
import type { ClientBundle, SidecarTlsTerminationArgs } from "../../..";
import type { Cluster } from "../../../lab/cluster";
import { giveBundle, outsideClient, startClient } from "../../../lab/demo/clients";
import { type Answer, curl } from "../../../lab/demo/curl";
import type { Diagnostic } from "../../../lab/toolchain/events";
import type { StackResult } from "../../../lab/toolchain/stack";
import { eventually } from "../eventually";
import { type ProgramStack, programStack } from "../programStack";
import { changed } from "../steps";
import { servedTraffic } from "../traffic/served";
import type { Difference, Traffic } from "../traffic/traffic";

export const workload = { image: "docker.io/kennethreitz/httpbin", port: 80 };

export interface ComponentOutputs {
    readonly url: string;
    readonly host: string;
    readonly caCertificatePem: string;
    readonly clientBundles: Readonly<Record<string, ClientBundle>>;
    readonly notAfter: { readonly certificateAuthority: string; readonly server: string };
}

export interface ComponentStack extends ProgramStack<SidecarTlsTerminationArgs> {
    readonly namespace: string;
    outputs(): Promise<ComponentOutputs>;
    /** Sends one request with a bundle, from a pod outside the mesh. */
    attempt(bundle: ClientBundle): Promise<Answer>;
    /** Waits until such a request succeeds. */
    serves(bundle: ClientBundle): Promise<void>;
    /** Waits until such a request is rejected in the handshake or denied by the guard, and returns the answer. */
    refuses(bundle: ClientBundle): Promise<Answer>;
    /** Starts a client that sends requests without a pause, and returns once it is served; from then on every request counts. */
    traffic(bundle: ClientBundle): Promise<Traffic>;
    /** Runs `something` while such a client sends requests, and fails if it loses one or any hostile client gets an answer. */
    losesNothing(bundle: ClientBundle, something: (traffic: Traffic) => Promise<void>): Promise<void>;
}

/** Opens the stack and starts the outside client. The test runs the first `up`. */
export async function openComponent(
    cluster: Cluster,
    namespace: string,
    args: Partial<SidecarTlsTerminationArgs>,
): Promise<ComponentStack> {
    const opened = await programStack(cluster, "chain", namespace, componentArguments(namespace, args));
    await startClient(cluster, outsideClient);
    const host = `httpbin.${namespace}.svc.cluster.local`;
    let given = 0;
    const attempt = async (bundle: ClientBundle): Promise<Answer> => {
        const name = `${namespace}-${given++}`;
        await giveBundle(cluster, outsideClient, name, complete(bundle));
        return curl(cluster, outsideClient, `https://${host}:8443/status/200`, { ca: name, certificate: name });
    };
    const traffic = (bundle: ClientBundle): Promise<Traffic> =>
        servedTraffic(cluster, {
            namespace,
            podSelector: "app=httpbin",
            podPorts: [9080],
            serviceNames: ["httpbin"],
            servicePorts: [8443],
            host,
            kinds: ["plaintextHttp1", "noCertificate"],
            ratePerSecond: 1,
            friendly: { bundle: complete(bundle), port: 8443 },
        });
    return {
        ...opened,
        namespace,
        outputs: async () => (await opened.stack.outputs()) as unknown as ComponentOutputs,
        attempt,
        serves: async (bundle) => {
            await eventually(
                "the client is served",
                () => attempt(bundle),
                ({ status }) => status === 200,
            );
        },
        refuses: (bundle) =>
            eventually(
                "the client is rejected or denied",
                () => attempt(bundle),
                ({ status }) => status === 0 || status === 403,
            ),
        traffic,
        losesNothing: async (bundle, something) => {
            const started = await traffic(bundle);
            try {
                const start = started.snapshot();
                await something(started);
                lostNothing(started.since(start));
            } finally {
                await started.stop();
            }
        },
    };
}

export function componentArguments(
    namespace: string,
    args: Partial<SidecarTlsTerminationArgs>,
): SidecarTlsTerminationArgs {
    return { namespace, createNamespace: true, workload, ...args };
}

/** Fails if the friendly client lost a request, or a hostile client got an answer. */
export function lostNothing({ friendlySum, failures, hostile }: Difference): void {
    expect(friendlySum.failures, JSON.stringify(failures.slice(0, 3))).to.equal(0);
    expect(friendlySum.successes).to.be.greaterThan(20);
    expect(hostile).to.include({ answered: 0, admitted: 0 });
}

/** Waits until the server presents another certificate than this one, and returns the time. */
export async function anotherIsServed(traffic: Traffic, serialNumber: string): Promise<number> {
    await eventually(
        "a new certificate is served",
        async () => traffic.snapshot().certificate!.serialNumber,
        (served) => served !== serialNumber,
        120,
    );
    return Date.now();
}

/** The changes of a run as `operation name`, in alphabetical order. */
export function changes({ steps }: Pick<StackResult, "steps">): string[] {
    const lines = changed(steps)
        // A replacement has three steps. A component's own step changes nothing besides its children.
        .filter(({ operation }) => !["create-replacement", "delete-replaced"].includes(operation))
        .filter(({ type }) => !type.startsWith("istio-sidecar-tls:"))
        .map(({ operation, name }) => `${operation} ${name}`);
    return [...new Set(lines)].sort();
}

/** The messages that a run prints about a resource. */
export function linesAbout(result: Pick<StackResult, "diagnostics">, name: string): string[] {
    const about = ({ urn }: Diagnostic) => urn?.endsWith(`::${name}`) ?? false;
    return result.diagnostics.filter(about).map(({ message }) => message.trim());
}

function complete(bundle: ClientBundle): Required<ClientBundle> {
    const { privateKeyPem } = bundle;
    if (privateKeyPem === undefined) {
        throw new Error("the bundle has no private key, because the client keeps it");
    }
    return { ...bundle, privateKeyPem };
}

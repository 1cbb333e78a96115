/** One chain with httpbin behind it, and clients outside the mesh that try its bundles. */
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

export interface ChainOutputs {
    readonly url: string;
    readonly host: string;
    readonly caCertificatePem: string;
    readonly clientBundles: Readonly<Record<string, ClientBundle>>;
    readonly notAfter: { readonly certificateAuthority: string; readonly server: string };
}

export interface Chain extends ProgramStack<SidecarTlsTerminationArgs> {
    readonly namespace: string;
    outputs(): Promise<ChainOutputs>;
    /** One try with a bundle, from a pod outside the mesh. */
    attempt(bundle: ClientBundle): Promise<Answer>;
    /** Waits until such a try is answered. */
    serves(bundle: ClientBundle): Promise<void>;
    /** Waits until such a try is refused, in the handshake or by the guard, and returns how. */
    refuses(bundle: ClientBundle): Promise<Answer>;
    /** A client with this bundle that never stops; it is served when this returns, and every request of it counts. */
    traffic(bundle: ClientBundle): Promise<Traffic>;
    /** Such a client loses no request while something happens, and makes some; nobody else gets an answer. */
    losesNothing(bundle: ClientBundle, something: (traffic: Traffic) => Promise<void>): Promise<void>;
}

/** Starts nothing but the outside client: the first `up` is the test's. */
export async function openChain(
    cluster: Cluster,
    namespace: string,
    args: Partial<SidecarTlsTerminationArgs>,
): Promise<Chain> {
    const opened = await programStack(cluster, "chain", namespace, chainArguments(namespace, args));
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
        outputs: async () => (await opened.stack.outputs()) as unknown as ChainOutputs,
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
                "the client is refused",
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

export function chainArguments(namespace: string, args: Partial<SidecarTlsTerminationArgs>): SidecarTlsTerminationArgs {
    return { namespace, createNamespace: true, workload, ...args };
}

/** What a client that never stops may have lost, and others may have got: nothing. */
export function lostNothing({ friendlySum, failures, hostile }: Difference): void {
    expect(friendlySum.failures, JSON.stringify(failures.slice(0, 3))).to.equal(0);
    expect(friendlySum.successes).to.be.greaterThan(20);
    expect(hostile).to.include({ answered: 0, admitted: 0 });
}

/** Waits until the server shows another certificate than this, and returns when that was seen. */
export async function anotherIsServed(traffic: Traffic, serialNumber: string): Promise<number> {
    await eventually(
        "another certificate is served",
        async () => traffic.snapshot().certificate!.serialNumber,
        (served) => served !== serialNumber,
        120,
    );
    return Date.now();
}

/** What a run changes, as `operation name`, in alphabetical order. */
export function changes({ steps }: Pick<StackResult, "steps">): string[] {
    const lines = changed(steps)
        // A replacement is told in three steps; a component changes nothing but what is in it.
        .filter(({ operation }) => !["create-replacement", "delete-replaced"].includes(operation))
        .filter(({ type }) => !type.startsWith("istio-sidecar-tls:"))
        .map(({ operation, name }) => `${operation} ${name}`);
    return [...new Set(lines)].sort();
}

/** The lines that a run prints about a resource. */
export function linesAbout(result: Pick<StackResult, "diagnostics">, name: string): string[] {
    const about = ({ urn }: Diagnostic) => urn?.endsWith(`::${name}`) ?? false;
    return result.diagnostics.filter(about).map(({ message }) => message.trim());
}

function complete(bundle: ClientBundle): Required<ClientBundle> {
    const { privateKeyPem } = bundle;
    if (privateKeyPem === undefined) {
        throw new Error("the bundle has no private key: the client has it");
    }
    return { ...bundle, privateKeyPem };
}

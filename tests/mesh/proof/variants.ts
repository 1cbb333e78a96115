/** The component of the proof, in its variants. */
import type { SidecarTlsTerminationArgs, Workload } from "../../..";
import { external } from "../../listeners";
import { type Parties, proofNamespace } from "./parties";

export type Variant = Omit<SidecarTlsTerminationArgs, "namespace" | "workload"> & {
    /** Default: the namespace of the proof. */
    readonly namespace?: string;
    readonly workload?: Partial<Workload>;
    /** Omits the allow list. */
    readonly anyClient?: boolean;
};

export function componentArguments(parties: Parties, variant: Variant = {}): SidecarTlsTerminationArgs {
    const { workload, anyClient, ...others } = variant;
    return {
        namespace: proofNamespace,
        createNamespace: true,
        certificateAuthority: parties.authority,
        ...(anyClient ? {} : { clients: [{ name: "alice" }, { name: "bob" }] }),
        ...others,
        workload: {
            image: "docker.io/kennethreitz/httpbin",
            port: 80,
            labels: { app: "httpbin" },
            ...workload,
        },
    };
}

/** Differs from the initial component in nearly every object. */
export const otherwise: Variant = {
    listeners: external({ listenerPort: 9090 }),
    clients: [{ name: "alice" }, { name: "carol" }],
    certificates: { validityPeriodHours: 1000 },
    workload: { image: "docker.io/kennethreitz/httpbin:next" },
};

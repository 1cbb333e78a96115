/** A component named shop, as Pulumi's mocks register it. */
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { SidecarTlsTermination, type SidecarTlsTerminationArgs } from "../..";
import { record, type Recording, Secret } from "./recording";

/** The required arguments. */
export const minimal: SidecarTlsTerminationArgs = {
    namespace: "test",
    workload: { image: "example.com/application", port: 80 },
};

/** Types of Istio's objects, as Pulumi registers them. */
export const istio = {
    guard: "kubernetes:security.istio.io/v1:AuthorizationPolicy",
    peerAuthentication: "kubernetes:security.istio.io/v1:PeerAuthentication",
    sidecar: "kubernetes:networking.istio.io/v1:Sidecar",
};

export interface Made {
    readonly made: Recording;
    readonly component: SidecarTlsTermination;
}

export async function make(args: Partial<SidecarTlsTerminationArgs>, opts?: ComponentResourceOptions): Promise<Made> {
    let component: SidecarTlsTermination | undefined;
    const made = await record(() => {
        component = new SidecarTlsTermination("shop", { ...minimal, ...args }, opts);
    });
    return { made, component: component! };
}

/** The error for invalid arguments. */
export async function refusal(args: Partial<SidecarTlsTerminationArgs>): Promise<string> {
    const made = await make(args).catch((error: unknown) => error as Error);
    if (made instanceof Error) {
        return made.message;
    }
    throw new Error(`accepted, with ${made.made.resources.length} resources`);
}

/** Registered inputs as text, with their secrets masked. */
export function withoutSecrets(value: unknown): string {
    return JSON.stringify(value, (_key, item: unknown) => (item instanceof Secret ? "[secret]" : item));
}

/** A chain named shop, as the mocks see it. */
import { SidecarTlsTermination, type SidecarTlsTerminationArgs } from "../..";
import { record, type Recording } from "./recording";

/** The least that is accepted. */
export const minimal: SidecarTlsTerminationArgs = {
    namespace: "test",
    workload: { image: "example.com/application", port: 80 },
};

export interface Made {
    readonly made: Recording;
    readonly component: SidecarTlsTermination;
}

export async function make(args: Partial<SidecarTlsTerminationArgs>): Promise<Made> {
    let component: SidecarTlsTermination | undefined;
    const made = await record(() => {
        component = new SidecarTlsTermination("shop", { ...minimal, ...args });
    });
    return { made, component: component! };
}

/** The message with which the arguments are refused. */
export async function refusal(args: Partial<SidecarTlsTerminationArgs>): Promise<string> {
    const made = await make(args).catch((error: unknown) => error as Error);
    if (made instanceof Error) {
        return made.message;
    }
    throw new Error(`accepted, with ${made.made.resources.length} resources`);
}

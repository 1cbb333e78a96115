/** The checks that every program with httpbin behind the sidecar must pass in a mesh. */
import { expect } from "chai";
import type { ClientBundle } from "../..";
import type { Cluster } from "../../lab/cluster";
import { outsideClient, stopClient } from "../../lab/demo/clients";
import { giveClients } from "../../lab/demo/demo";
import { expectations, type Finding, verify } from "../../lab/demo/verification";
import type { PulumiStack } from "../../lab/toolchain/stack";

/** Declares hooks that create and destroy the program's stack, and a test for each line of the demo's table; returns the stack. */
export function describeVerified(cluster: () => Cluster, open: () => Promise<PulumiStack>): () => PulumiStack {
    let stack: PulumiStack | undefined;
    let findings: Finding[];

    before("the stack is up, with a client in the mesh and one outside", async function () {
        this.timeout("10m");
        stack = await open();
        await stack.mustRun("up");
        await giveClients(cluster(), (await stack.outputs())["clientBundle"] as Required<ClientBundle>);
        findings = await verify(cluster());
    });

    after("the stack is destroyed, also after a failure", async function () {
        this.timeout("5m");
        if (stack !== undefined) {
            await stack.mustRun("destroy");
            await stack.remove();
            await stopClient(cluster(), outsideClient);
        }
    });

    for (const [index, { tried, from, expected }] of expectations.entries()) {
        it(`${tried}, ${from}: ${expected}`, () => {
            const { passed, seen } = findings[index]!;
            expect(passed, seen).to.equal(true);
        });
    }

    return () => {
        if (stack === undefined) {
            throw new Error("the stack is not up yet");
        }
        return stack;
    };
}

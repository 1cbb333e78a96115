/** Internals of @pulumi/pulumi on which the components rely: these tests name the one that an upgrade has changed. */
import * as pulumi from "@pulumi/pulumi";
import { DependencyResource } from "@pulumi/pulumi/resource";
import { resetOptions } from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import { expect } from "chai";
import {
    hasAliases,
    isKnown,
    monitorAddress,
    resolveWithUnknowns,
    supportsResourceHooks,
} from "../../../components/validation/pulumiInternals";
import { mocks } from "../recording";

/** The outputs of a resource that a preview creates: `known` is an input, `unknown` is computed. */
function inPreview(): { known: pulumi.Output<string>; unknown: pulumi.Output<string> } {
    const unknown = pulumi.output(pulumi.unknown as unknown as string);
    return { known: pulumi.output("value"), unknown };
}

describe("internals of @pulumi/pulumi", () => {
    beforeEach(async () => {
        await pulumi.runtime.setMocks(mocks(true), "project", "stack", true);
    });

    it("Output.isKnown resolves to false for a value that a preview does not know", async () => {
        const { known, unknown } = inPreview();
        expect(await isKnown(known)).to.equal(true);
        expect(await isKnown(unknown)).to.equal(false);
        expect(await isKnown(pulumi.all([known, unknown]))).to.equal(false);
    });

    it("Output.isKnown falls back to true, with which no replacement is announced", async () => {
        expect(await isKnown({} as pulumi.Output<unknown>)).to.equal(true);
    });

    it("Output.promise(true) resolves secrets, and keeps unknown values as pulumi.unknown", async () => {
        const { unknown } = inPreview();
        const resolved = await resolveWithUnknowns({ hidden: pulumi.secret("value"), unknown });
        expect(resolved).to.deep.equal({ hidden: "value", unknown: pulumi.unknown });
        expect(pulumi.containsUnknowns(resolved)).to.equal(true);
    });

    it("Store.supportsResourceHooks and registerResourceHook of the monitor tell whether the engine calls hooks", () => {
        const store = (state as unknown as { getStore(): { supportsResourceHooks: boolean } }).getStore();
        // The mocks claim to support hooks, but their monitor cannot register any.
        expect(store).to.have.property("supportsResourceHooks", true);
        expect(supportsResourceHooks()).to.equal(false);
        const monitor = pulumi.runtime.getMonitor() as unknown as { registerResourceHook?: () => void };
        monitor.registerResourceHook = () => undefined;
        expect(supportsResourceHooks()).to.equal(true);
        store.supportsResourceHooks = false;
        expect(supportsResourceHooks()).to.equal(false);
    });

    it("the monitor is a gRPC client with getChannel().getTarget(), which returns the address", () => {
        expect(monitorAddress()).to.equal(undefined);
        resetOptions("project", "stack", 1, "", "127.0.0.1:54321", true, "organization");
        expect(monitorAddress()).to.include("127.0.0.1:54321");
    });

    it("Resource.__aliases and Resource.__parentResource tell whether a component or a parent has aliases", () => {
        const resource = (opts?: pulumi.ComponentResourceOptions) =>
            new pulumi.ComponentResource("test:index:Component", "shop", {}, opts);
        expect(hasAliases(resource())).to.equal(false);
        expect(hasAliases(resource({ aliases: [{ name: "old" }] }))).to.equal(true);
        const renamed = resource({ aliases: [{ name: "old" }] });
        expect(hasAliases(resource({ parent: resource() }))).to.equal(false);
        expect(hasAliases(resource({ parent: resource({ parent: renamed }) }))).to.equal(true);
        const inPlugin = new DependencyResource("urn:pulumi:stack::project::pulumi:pulumi:Stack::project-stack");
        expect(hasAliases(resource({ parent: inPlugin }))).to.equal(false);
    });

    it("Resource.__aliases falls back to true, with which a guard that selects other pods gets another name", () => {
        const resource = new pulumi.ComponentResource("test:index:Component", "shop");
        (resource as unknown as { __aliases: undefined }).__aliases = undefined;
        expect(hasAliases(resource)).to.equal(true);
    });
});

/** Internals of @pulumi/policy on which the pack relies: these tests name the one that an upgrade has changed. */
import { Secret } from "@pulumi/policy";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { readUnlessUnknown, unwrapSecretsProxy } from "../../../policy/pulumiInternals";
import { conceal, Secret as WireSecret, unknownValue } from "../recording";

type Properties = Record<string, unknown>;

const { deserializeProperties } = require("@pulumi/policy/deserialize") as {
    deserializeProperties: (properties: Struct, proxySecrets: boolean) => Properties;
};
const { unknownCheckingProxy } = require("@pulumi/policy/proxy") as {
    unknownCheckingProxy: (properties: Properties) => Properties;
};

/** The properties as the SDK's server passes them to a policy that remediates or that validates (server.js:255,553). */
function receive(policy: "remediates" | "validates"): Properties {
    const sent = { open: "value", unknown: unknownValue, hidden: new WireSecret("value"), list: [unknownValue] };
    const struct = Struct.fromJavaScript(conceal(sent) as Record<string, never>);
    return unknownCheckingProxy(deserializeProperties(struct, policy === "remediates"));
}

describe("internals of @pulumi/policy", () => {
    it("__getSpecialProxyTarget of both proxies leads to the wrapped secrets", () => {
        const wrapped = unwrapSecretsProxy(receive("remediates"));
        expect(wrapped).to.have.all.keys("open", "unknown", "hidden", "list");
        expect(wrapped!["open"]).to.equal("value");
        expect(wrapped!["hidden"]).to.be.instanceOf(Secret).with.property("value", "value");
    });

    it("a policy that validates receives unwrapped secrets, of which the pack knows that it cannot tell them apart", () => {
        const received = receive("validates");
        expect(received["hidden"]).to.equal("value");
        expect(unwrapSecretsProxy(received)).to.equal(undefined);
        expect(unwrapSecretsProxy({ hidden: "value" })).to.equal(undefined);
    });

    it("reading an unknown property throws UnknownValueError, which the pack turns into its placeholder", () => {
        const received = receive("validates");
        expect(() => received["unknown"]).to.throw("value at .unknown can't be known during preview");
        expect(readUnlessUnknown(received, "unknown", "placeholder")).to.equal("placeholder");
        expect(readUnlessUnknown(received["list"] as object, 0, "placeholder")).to.equal("placeholder");
        expect(readUnlessUnknown(received, "open", "placeholder")).to.equal("value");
    });
});

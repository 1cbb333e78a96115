/** Sidecars whose TLS lets in whoever comes. */
import { expect } from "chai";
import { unknownValue } from "../recording";
import { policyAnalyzer } from "./analyzer";
import { sidecar } from "./objects";

describe("policy sidecar-tls-mode", () => {
    const analyzer = policyAnalyzer();

    async function messages(tls: unknown): Promise<string[]> {
        const found = await analyzer.violations([sidecar({ tls })]);
        return found.map(({ policy, level, message }) => {
            expect([policy, level]).to.deep.equal(["sidecar-tls-mode", "MANDATORY"]);
            return message.split("\n").at(-1)!;
        });
    }

    it("takes the three modes that decide it", async () => {
        for (const mode of ["MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE"]) {
            expect(await messages({ mode }), mode).to.deep.equal([]);
        }
    });

    it("finds TLS without a mode", async () => {
        const [message] = await messages({ privateKey: "/tls.key", serverCertificate: "/tls.crt" });
        expect(message).to.equal(
            "spec.ingress[0].tls.mode: is not given, which Istio takes for PASSTHROUGH: every client that speaks TLS is let in, and none is asked for a certificate; " +
                'give one of "MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE"',
        );
        expect(await messages({})).to.have.length(1);
    });

    it("finds the mode that stands for none", async () => {
        expect(await messages({ mode: "PASSTHROUGH" })).to.deep.equal([
            'spec.ingress[0].tls.mode: "PASSTHROUGH" must be one of "MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE"',
        ]);
    });

    it("says nothing of listeners without TLS, and of what a preview does not know", async () => {
        expect(await messages(undefined)).to.deep.equal([]);
        expect(await messages(unknownValue)).to.deep.equal([]);
        expect(await messages({ mode: unknownValue })).to.deep.equal([]);
    });
});

/** Sidecars whose TLS mode does not decide whether clients need a certificate. */
import { expect } from "chai";
import { unknownValue } from "../recording";
import { startAnalyzer } from "./analyzer";
import { sidecar } from "./objects";

describe("policy sidecar-tls-mode", () => {
    const analyzer = startAnalyzer();

    async function messages(tls: unknown): Promise<string[]> {
        const found = await analyzer.findViolations([sidecar({ tls })]);
        return found.map(({ policy, level, message }) => {
            expect([policy, level]).to.deep.equal(["sidecar-tls-mode", "MANDATORY"]);
            return message.split("\n").at(-1)!;
        });
    }

    it("accepts the three modes that decide it", async () => {
        for (const mode of ["MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE"]) {
            expect(await messages({ mode }), mode).to.deep.equal([]);
        }
    });

    it("reports TLS without a mode", async () => {
        const [message] = await messages({ privateKey: "/tls.key", serverCertificate: "/tls.crt" });
        expect(message).to.equal(
            'Sidecar "sidecar" does not set spec.ingress[0].tls.mode. Istio defaults to PASSTHROUGH and terminates TLS without requesting a client certificate, so any client is admitted. ' +
                'Set one of "MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE".',
        );
        expect(await messages({})).to.have.length(1);
    });

    it("reports PASSTHROUGH, the mode that Istio takes if none is set", async () => {
        expect(await messages({ mode: "PASSTHROUGH" })).to.deep.equal([
            'Sidecar "sidecar" sets spec.ingress[0].tls.mode to "PASSTHROUGH". Istio terminates TLS without requesting a client certificate, so any client is admitted. Set one of "MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE".',
        ]);
    });

    it("reports a mode that Istio rejects in a Sidecar", async () => {
        expect(await messages({ mode: "ISTIO_MUTUAL" })).to.deep.equal([
            'Sidecar "sidecar" sets spec.ingress[0].tls.mode to "ISTIO_MUTUAL", which Istio rejects in a Sidecar. Set one of "MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE".',
        ]);
    });

    it("ignores listeners without TLS, and values that are unknown in a preview", async () => {
        expect(await messages(undefined)).to.deep.equal([]);
        expect(await messages(unknownValue)).to.deep.equal([]);
        expect(await messages({ mode: unknownValue })).to.deep.equal([]);
    });
});

/** The mesh tests find every cipher that a server accepts, even weak ones, and distinguish a rejection from a failure. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsOptions } from "node:tls";
import { expect } from "chai";
import { failureOf } from "../../../lab/wait";
import { acceptedCiphers, type Endpoint, type Protocol } from "../../mesh/interoperability/acceptance/acceptance";
import { issue, newAuthority, type Pair } from "../../mesh/traffic/certificates";

const host = "server.example.com";

describe("the ciphers that a server accepts", () => {
    let authority: Pair;
    let server: Pair;
    let client: Pair;

    before(async () => {
        authority = await newAuthority();
        server = await issue(authority, { commonName: host, dnsNames: [host], usage: "server" });
        client = await issue(authority, { commonName: "client" });
    });

    it("are found for each protocol, down to TLS 1.0 and ciphers without encryption", async () => {
        const strong = "ECDHE-ECDSA-AES256-GCM-SHA384";
        const weak = ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-NULL-SHA"];
        const ciphers = [strong, ...weak, "TLS_AES_128_CCM_SHA256", "@SECLEVEL=0"].join(":");
        const options: TlsOptions = { ciphers, minVersion: "TLSv1" };
        expect(await accepted(options, "TLSv1")).to.deep.equal(weak);
        expect(await accepted(options, "TLSv1.2")).to.have.members([strong, ...weak]);
        expect(await accepted(options, "TLSv1.3")).to.deep.equal(["TLS_AES_128_CCM_SHA256"]);
    });

    it("are none for a protocol that the server rejects", async () => {
        expect(await accepted({ minVersion: "TLSv1.3" }, "TLSv1.2")).to.deep.equal([]);
        expect(await accepted({ minVersion: "TLSv1.3" }, "TLSv1")).to.deep.equal([]);
    });

    it("are an error for a server that rejects the client or has a certificate for another name", async () => {
        const refusing = { ca: (await newAuthority()).certificatePem, rejectUnauthorized: true };
        expect(await failureOf(accepted(refusing, "TLSv1.2"))).to.be.a("string");
        const failure = await failureOf(accepted({}, "TLSv1.3", "other.example.com"));
        expect(failure).to.match(/does not match certificate's altnames/);
    });

    async function accepted(options: TlsOptions, protocol: Protocol, name = host): Promise<string[]> {
        const keys = { key: server.privateKeyPem, cert: server.certificatePem, ca: authority.certificatePem };
        const listening = createServer({ ...keys, requestCert: true, ...options }, (_request, response) =>
            response.end(),
        );
        await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
        const { port } = listening.address() as AddressInfo;
        const endpoint: Endpoint = {
            ...{ address: "127.0.0.1", port, host: name },
            ...{ caCertificatePem: authority.certificatePem, ...client },
        };
        try {
            return await acceptedCiphers(endpoint, protocol);
        } finally {
            listening.closeAllConnections();
            listening.close();
        }
    }
});

/** Which clients a connectivity check expects to be admitted and denied, for each kind of listener. */
import { expect } from "chai";
import type { ConnectivityListener } from "../../..";
import { type Expectation, meshExpectations, outsideExpectations } from "../../../components/connectivity/expectations";

function target(...listeners: ConnectivityListener[]) {
    return { namespace: "test", host: "shop.test.svc.cluster.local", listeners };
}

const https = (mode: string): ConnectivityListener => ({
    name: "external",
    protocol: "HTTPS",
    servicePort: 8443,
    mode,
});
const internal: ConnectivityListener = { name: "internal", protocol: "HTTP", servicePort: 8080 };

function table(expectations: readonly Expectation[]): string[] {
    return expectations.map(({ subject, isAdmitted }) => `${isAdmitted ? "admit" : "deny "} ${subject}`);
}

describe("connectivity expectations", () => {
    it("in mode MUTUAL admit the client with its certificate, and no other client", () => {
        expect(table(outsideExpectations(target(https("MUTUAL")), "/"))).to.deep.equal([
            'admit listener "external", port 8443: the client with its certificate',
            'deny  listener "external", port 8443: plaintext from outside the mesh',
            'deny  listener "external", port 8443: a client without a certificate',
            'deny  listener "external", port 8443: a client with a certificate from another CA',
        ]);
    });

    it("in mode OPTIONAL_MUTUAL admit clients without a certificate, but none with a certificate from another CA", () => {
        expect(table(outsideExpectations(target(https("OPTIONAL_MUTUAL")), "/"))).to.deep.equal([
            'admit listener "external", port 8443: the client with its certificate',
            'admit listener "external", port 8443: a client without a certificate',
            'deny  listener "external", port 8443: plaintext from outside the mesh',
            'deny  listener "external", port 8443: a client with a certificate from another CA',
        ]);
    });

    it("in mode SIMPLE admit any client that speaks TLS", () => {
        expect(table(outsideExpectations(target(https("SIMPLE")), "/"))).to.deep.equal([
            'admit listener "external", port 8443: a client without a certificate',
            'deny  listener "external", port 8443: plaintext from outside the mesh',
        ]);
    });

    it("without TLS admit clients in the mesh only", () => {
        const both = target(https("MUTUAL"), internal);
        expect(table(meshExpectations(both, "/"))).to.deep.equal([
            'admit listener "internal", port 8080: a client in the mesh',
        ]);
        expect(table(outsideExpectations(both, "/")).at(-1)).to.equal(
            'deny  listener "internal", port 8080: plaintext from outside the mesh',
        );
    });

    it("use HTTP requests to the path for HTTP listeners", () => {
        const both = target(https("MUTUAL"), internal);
        const [withCertificate, plaintext, , untrusted] = outsideExpectations(both, "/healthz");
        const url = "https://shop.test.svc.cluster.local:8443/healthz";
        expect(withCertificate).to.deep.include({
            transport: "http",
            curl: [
                ...["--cacert", "/etc/connectivity-check/ca.crt"],
                ...["--cert", "/etc/connectivity-check/client.crt", "--key", "/etc/connectivity-check/client.key", url],
            ],
        });
        expect(untrusted!.curl).to.include("/etc/connectivity-check/stranger.key").and.to.include(url);
        expect(plaintext!.curl).to.deep.equal(["http://shop.test.svc.cluster.local:8443/healthz"]);
        expect(meshExpectations(both, "/healthz")[0]!.curl).to.deep.equal([
            "http://shop.test.svc.cluster.local:8080/healthz",
        ]);
    });

    it("use bytes for other listeners, in plaintext more than the five that Envoy waits for", () => {
        const bytes = target(
            { name: "bytes", protocol: "TLS", servicePort: 8445, mode: "MUTUAL" },
            { name: "mesh-bytes", protocol: "TCP", servicePort: 8081 },
        );
        const [withCertificate, plaintext] = outsideExpectations(bytes, "/");
        expect(withCertificate).to.deep.include({ transport: "tls" });
        expect(withCertificate!.curl.at(-1)).to.equal("gophers://shop.test.svc.cluster.local:8445/_");
        expect(plaintext).to.deep.include({
            transport: "tcp",
            curl: ["gopher://shop.test.svc.cluster.local:8445/_GET%20/%20HTTP/1.0%0D%0A"],
        });
        expect(meshExpectations(bytes, "/")[0]).to.deep.include({
            transport: "mesh-tcp",
            curl: ["gopher://shop.test.svc.cluster.local:8081/_"],
        });
    });
});

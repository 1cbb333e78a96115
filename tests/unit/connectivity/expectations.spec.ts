/** Whom a connectivity check expects to be let in and kept out, for each kind of listener. */
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
    return expectations.map(({ subject, isLetIn }) => `${isLetIn ? "in " : "out"} ${subject}`);
}

describe("connectivity expectations", () => {
    it("in mode MUTUAL let in the client with its certificate, and nobody else", () => {
        expect(table(outsideExpectations(target(https("MUTUAL")), "/"))).to.deep.equal([
            'in  listener "external", port 8443: the client with its certificate',
            'out listener "external", port 8443: plaintext from outside the mesh',
            'out listener "external", port 8443: a client without a certificate',
            'out listener "external", port 8443: a client with a certificate of another CA',
        ]);
    });

    it("in mode OPTIONAL_MUTUAL let in clients without a certificate, but none with another CA's", () => {
        expect(table(outsideExpectations(target(https("OPTIONAL_MUTUAL")), "/"))).to.deep.equal([
            'in  listener "external", port 8443: the client with its certificate',
            'in  listener "external", port 8443: a client without a certificate',
            'out listener "external", port 8443: plaintext from outside the mesh',
            'out listener "external", port 8443: a client with a certificate of another CA',
        ]);
    });

    it("in mode SIMPLE let in whoever speaks TLS", () => {
        expect(table(outsideExpectations(target(https("SIMPLE")), "/"))).to.deep.equal([
            'in  listener "external", port 8443: a client without a certificate',
            'out listener "external", port 8443: plaintext from outside the mesh',
        ]);
    });

    it("let the mesh alone in where there is no TLS", () => {
        const both = target(https("MUTUAL"), internal);
        expect(table(meshExpectations(both, "/"))).to.deep.equal([
            'in  listener "internal", port 8080: a client in the mesh',
        ]);
        expect(table(outsideExpectations(both, "/")).at(-1)).to.equal(
            'out listener "internal", port 8080: plaintext from outside the mesh',
        );
    });

    it("are tried with HTTP at the path where HTTP is spoken", () => {
        const both = target(https("MUTUAL"), internal);
        const [withCertificate, plaintext, , stranger] = outsideExpectations(both, "/healthz");
        const url = "https://shop.test.svc.cluster.local:8443/healthz";
        expect(withCertificate).to.deep.include({
            probe: "http",
            curl: [
                ...["--cacert", "/etc/connectivity-check/ca.crt"],
                ...["--cert", "/etc/connectivity-check/client.crt", "--key", "/etc/connectivity-check/client.key", url],
            ],
        });
        expect(stranger!.curl).to.include("/etc/connectivity-check/stranger.key").and.to.include(url);
        expect(plaintext!.curl).to.deep.equal(["http://shop.test.svc.cluster.local:8443/healthz"]);
        expect(meshExpectations(both, "/healthz")[0]!.curl).to.deep.equal([
            "http://shop.test.svc.cluster.local:8080/healthz",
        ]);
    });

    it("are tried with bytes where it is not, in plaintext with more than the five that Envoy waits for", () => {
        const bytes = target(
            { name: "bytes", protocol: "TLS", servicePort: 8445, mode: "MUTUAL" },
            { name: "mesh-bytes", protocol: "TCP", servicePort: 8081 },
        );
        const [withCertificate, plaintext] = outsideExpectations(bytes, "/");
        expect(withCertificate).to.deep.include({ probe: "tls" });
        expect(withCertificate!.curl.at(-1)).to.equal("gophers://shop.test.svc.cluster.local:8445/_");
        expect(plaintext).to.deep.include({
            probe: "tcp",
            curl: ["gopher://shop.test.svc.cluster.local:8445/_GET%20/%20HTTP/1.0%0D%0A"],
        });
        expect(meshExpectations(bytes, "/")[0]).to.deep.include({
            probe: "mesh-tcp",
            curl: ["gopher://shop.test.svc.cluster.local:8081/_"],
        });
    });
});

/** Whom the hostile client considers the sender of a response, and how the friendly client handles GOAWAY. */
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { issue, newAuthority } from "../../mesh/traffic/certificates";
import { classify, isComplete, type Observation, type Outcome } from "../../mesh/traffic/classify";
import { Http2Way } from "../../mesh/traffic/http2Way";

const nonce = "1d48d27ff91e36868a13e0af";

/** HTTP/2 bytes of Envoy, recorded on connections to a sidecar (Istio 1.31, Envoy 1.40). */
const http2Answers = {
    denied: "AAAYBAAAAAAAAAEAABAAAAgAAAAAAAMAAAQAAAQBAAAAAAAABAEAAAAAAAAECAAAAAAAAX8AAQAAXgEEAAAAAUgDNDAzDw0CMTlfh0l8pYroGaphltB6vpQTKmk/dQQBOKBeuNOXBPKYtG92iDISY6xau5/XQJPysWruf0tIUh7BpPYsestg0mPVkzVTWFQhZBpCkHYukqE3HwPAY+cAABMAAQAAAAFSQkFDOiBhY2Nlc3MgZGVuaWVk",
    noUpstream:
        "AAAYBAAAAAAAAAEAABAAAAgAAAAAAAMAAAQAAAQBAAAAAAAABAEAAAAAAAAECAAAAAAAAX8AAQAAXwEEAAAAAUgDNTAzDw2CCINfh0l8pYroGaphl9B6vpQTKmk/dQQBOKBeuNN3G31MWjf/dogyEmOsWruf10CT8rFq7n9LSFIewaT2LHrLYNJj1ZM1U1hUIWQaQpB2LpKhNx8DwGPnAAB5AAEAAAABdXBzdHJlYW0gY29ubmVjdCBlcnJvciBvciBkaXNjb25uZWN0L3Jlc2V0IGJlZm9yZSBoZWFkZXJzLiByZXRyaWVkIGFuZCB0aGUgbGF0ZXN0IHJlc2V0IHJlYXNvbjogcmVtb3RlIGNvbm5lY3Rpb24gZmFpbHVyZQ==",
    application:
        "AAAYBAAAAAAAAAEAABAAAAgAAAAAAAMAAAQAAAQBAAAAAAAABAEAAAAAAAAECAAAAAAAAX8AAQAAlwEEAAAAAYh2iDISY6xau5/XYZbQer6UEyppP3UEATigXrjTlwLymLRvX4sdddBiDSY9THRB6g8NAzQ0MFQBKkCWGQhUIWIepNh6Fh0UH8LEsLIWpJh0I4NNlpdAlfKxau5/S1taE2FHSsgtncxCrJNSXwEzQJPysWruf0tIUh7BpPYsestg0mPVkzVTWFQhZBpCkHYukqE3HwPAY+cAAbgAAAAAAAF7CiAgImFyZ3MiOiB7fSwKICAiZGF0YSI6ICIiLAogICJmaWxlcyI6IHt9LAogICJmb3JtIjoge30sCiAgImhlYWRlcnMiOiB7CiAgICAiSG9zdCI6ICJodHRwYmluLnRlc3Quc3ZjLmNsdXN0ZXIubG9jYWwiLAogICAgIlgtRm9yd2FyZGVkLUNsaWVudC1DZXJ0IjogIkhhc2g9YzU5ZDdkODA0YzFhMjZjNjIwODhiOTFkZTdhMTM2Y2U4NWFmMWMzOWRkZDFkOWUzODc0NDIxYWQ2NzkwNTgwOTtTdWJqZWN0PVwiQ049dW5saXN0ZWRcIjtVUkk9c3BpZmZlOi8vZXhhbXBsZS5jb20vY2xpZW50cy91bmxpc3RlZCIKICB9LAogICJqc29uIjogbnVsbCwKICAibWV0aG9kIjogIkdFVCIsCiAgIm9yaWdpbiI6ICIxMjcuMC4wLjYiLAogICJ1cmwiOiAiaHR0cHM6Ly9odHRwYmluLnRlc3Quc3ZjLmNsdXN0ZXIubG9jYWwvYW55dGhpbmcvMWQ0OGQyN2ZmOTFlMzY4NjhhMTNlMGFmIgp9CgAAAAABAAAAAQ==",
};

/** The response of gunicorn (27) to a ClientHello and to the HTTP/2 preface, when istiod has no feature flag and Envoy forwards bytes. */
const gunicornsBadRequest =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: 207\r\n\r\n<html>\n  <head>\n" +
    "    <title>Bad Request</title>\n  </head>\n  <body>\n    <h1><p>Bad Request</p></h1>\n    Invalid Request Line " +
    "&#x27;Invalid HTTP request line: &#x27;PRI * HTTP/2.0&#x27;&#x27;\n  </body>\n</html>\n";

const envoysHead =
    "content-type: text/plain\r\ndate: Mon, 23 Nov 2026 18:46:27 GMT\r\nserver: istio-envoy\r\nconnection: close\r\n" +
    "x-envoy-decorator-operation: ingress-sidecar.test:9080/*\r\n\r\n";
const envoysDenial = `HTTP/1.1 403 Forbidden\r\ncontent-length: 19\r\n${envoysHead}RBAC: access denied`;
const envoysUnavailable =
    `HTTP/1.1 503 Service Unavailable\r\ncontent-length: 121\r\n${envoysHead}upstream connect error or disconnect/reset ` +
    "before headers. retried and the latest reset reason: remote connection failure";

/** The application's own 404 response, with the `server` header that Envoy sets. */
const applicationsNotFound =
    "HTTP/1.1 404 Not Found\r\nserver: istio-envoy\r\ncontent-type: text/html\r\ncontent-length: 9\r\n" +
    "x-envoy-upstream-service-time: 1\r\nconnection: close\r\n\r\nNot Found";

/** ServerHello, and the records that follow it. */
const tlsRecords = Buffer.from(
    "16030304ba020004b603037de309ecaebfb340342636cd8fc952c1ced8c029f70a8b4e576fe937b354fd5c2084308f01",
    "hex",
);
const tlsAlert = Buffer.from("15030100020246", "hex");

describe("classify", () => {
    const plaintext = (text: string | Buffer, ending = "end"): Observation => {
        const wire = Buffer.from(text as string, "latin1");
        return { nonce, tls: false, wire, text: wire, ending };
    };
    const overTls = (text: string | Buffer, ending = "end"): Observation => ({
        ...plaintext(text, ending),
        tls: true,
        wire: tlsRecords,
    });
    const beforeTls = (wire: Buffer, ending: string): Observation => ({ ...overTls("", ending), wire });
    const http2Answer = (name: keyof typeof http2Answers): Buffer => Buffer.from(http2Answers[name], "base64");

    const cases: readonly (readonly [string, Observation, Outcome, string])[] = [
        ["a connection that is reset", plaintext("", "ECONNRESET"), "refused", "ECONNRESET"],
        ["a connection that is closed", plaintext("", "end"), "refused", "end"],
        ["a connection without a byte", plaintext("", "limit"), "silent", "limit"],
        ["TLS that ends in an alert", overTls("", "ERR_SSL_X"), "refused", "ERR_SSL_X"],
        ["a TLS alert in response to plaintext", plaintext(tlsAlert), "refused", "TLS alert"],
        ["Envoy's denial", plaintext(envoysDenial), "refused", "RBAC: access denied"],
        ["Envoy's denial over TLS", overTls(envoysDenial), "refused", "RBAC: access denied"],
        ["Envoy's denial over HTTP/2", overTls(http2Answer("denied")), "refused", "RBAC: access denied"],
        ["Envoy without an upstream", plaintext(envoysUnavailable), "admitted", "upstream connect error"],
        ["Envoy without an upstream, over HTTP/2", overTls(http2Answer("noUpstream")), "admitted", "upstream connect"],
        ["the nonce", plaintext(`HTTP/1.1 200 OK\r\n\r\n{"url": "/anything/${nonce}"}`), "answered", "the nonce"],
        ["the nonce over HTTP/2", overTls(http2Answer("application")), "answered", "the nonce"],
        ["the application's error in plaintext", plaintext(gunicornsBadRequest), "answered", "not Envoy's"],
        [
            "the application's error about a ClientHello",
            beforeTls(Buffer.from(gunicornsBadRequest), "ERR_SSL_WRONG_VERSION_NUMBER"),
            "answered",
            "HTTP/1.1 400 Bad Request that is not Envoy's",
        ],
        ["the application's error with Envoy's name", overTls(applicationsNotFound), "answered", "404 Not Found"],
        [
            "a partial response",
            plaintext(applicationsNotFound.slice(0, 20), "limit"),
            "answered",
            "neither TLS nor HTTP",
        ],
        ["another protocol", plaintext("220 smtp.example.com ESMTP\r\n"), "answered", "neither TLS nor HTTP"],
        ["HTTP/2 headers without the body", overTls(http2Answer("denied").subarray(0, 160)), "answered", "HTTP/2"],
        ["HTTP/2 settings alone", overTls(http2Answer("denied").subarray(0, 33)), "refused", "without an answer"],
    ];

    for (const [what, observation, outcome, reason] of cases) {
        it(`${what}: ${outcome}`, () => {
            const verdict = classify(observation);
            expect(verdict.outcome, verdict.reason).to.equal(outcome);
            expect(verdict.reason).to.include(reason);
        });
    }

    it("distinguishes a complete response from a partial one", () => {
        const whole = [Buffer.from(envoysDenial), Buffer.from(gunicornsBadRequest), http2Answer("denied")];
        for (const answer of whole) {
            expect(isComplete(answer)).to.equal(true);
            expect(isComplete(answer.subarray(0, -1))).to.equal(false);
        }
    });
});

describe("the friendly client's session", () => {
    it("sends a request that the server did not process again, on a new session", async () => {
        const authority = await newAuthority();
        const server = await issue(authority, { commonName: "server", dnsNames: ["server.test"], usage: "server" });
        const client = await issue(authority, { commonName: "client" });
        const listening = http2.createSecureServer({ key: server.privateKeyPem, cert: server.certificatePem });
        let goaways = 0;
        listening.on("stream", (stream) => {
            // The first session answers its first request, and leaves the second one unprocessed.
            if (stream.id === 3 && goaways === 0) {
                goaways++;
                stream.on("error", () => undefined);
                stream.session?.goaway(http2.constants.NGHTTP2_NO_ERROR, 1);
                return;
            }
            stream.respond({ ":status": 200 });
            stream.end(`stream ${stream.id}`);
        });
        await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
        const counts = { connected: 0, repeated: 0 };
        const way = new Http2Way({ connected: () => counts.connected++, repeated: () => counts.repeated++ });
        try {
            const endpoint = {
                address: "127.0.0.1",
                port: (listening.address() as AddressInfo).port,
                host: "server.test",
                ca: authority.certificatePem,
                cert: client.certificatePem,
                key: client.privateKeyPem,
            };
            expect(await way.get(endpoint, "/1")).to.deep.equal({ status: 200, body: "stream 1" });
            expect(await way.get(endpoint, "/2")).to.deep.equal({ status: 200, body: "stream 1" });
            expect(counts).to.deep.equal({ connected: 2, repeated: 1 });
        } finally {
            way.close();
            listening.close();
        }
    });
});
